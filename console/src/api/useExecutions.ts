import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { executionsOf, type ExecutionFilter } from "./pages";
import type { ExecutionItem } from "./types";
import type { Merge } from "./merge";

const pageSize = 200;

/**
 * Executions of some sources, newest first, read page by page. `refreshMillis`: how often the newest are read again; false:
 * only when told.
 */
export function useExecutions(filters: ExecutionFilter[], refreshMillis: number | false) {
  const query = useInfiniteQuery({
    queryKey: ["executions", filters],
    queryFn: async ({ pageParam }) => {
      const merge = pageParam ?? executionsOf(filters, pageSize);
      return { merge, items: await merge.take(pageSize) };
    },
    initialPageParam: undefined as Merge<ExecutionItem> | undefined,
    getNextPageParam: (last) => (last.items.length < pageSize ? undefined : last.merge),
    // A long list that someone scrolls through stays as it is.
    refetchInterval: (q) => (refreshMillis !== false && (q.state.data?.pages.length ?? 0) <= 1 ? refreshMillis : false),
    enabled: filters.length > 0,
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    rows,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    reading: query.isFetchingNextPage || query.isPending,
    error: query.error,
  };
}
