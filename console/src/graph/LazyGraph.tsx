import { lazy, Suspense, type ComponentProps } from "react";
import { Loading } from "../ui/notes";
import type GraphType from "./Graph";

const Graph = lazy(() => import("./Graph"));

/** The graph, read when it is first needed. */
export function LazyGraph(props: ComponentProps<typeof GraphType>) {
  return (
    <Suspense fallback={<Loading what="the graph" />}>
      <Graph {...props} />
    </Suspense>
  );
}
