import { useQueryClient, type Query } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { openStream } from "./stream";

const settleMillis = 400;
const pollMillis = 3000;

/** A long list that someone scrolls through stays as it is; reading all of it again would cost a call per page. */
const isShort = ({ state: { data } }: Query) => !(data && typeof data === "object" && "pages" in data && Array.isArray(data.pages) && data.pages.length > 1);

/**
 * Keeps queries fresh while executions start and end: they are asked again after each change. Answers how often to ask
 * when the server tells no changes (milliseconds), or false when it does.
 */
export function useChanges(keys: readonly string[]): number | false {
  const client = useQueryClient();
  const [told, setTold] = useState(false);
  const joined = keys.join(" ");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const key of joined.split(" ")) void client.invalidateQueries({ queryKey: [key], predicate: isShort });
      }, settleMillis);
    };
    const stream = openStream(() => "/console/api/changes", {
      on: { execution: refresh, lost: refresh },
      opened: () => {
        setTold(true);
        refresh();
      },
      missing: () => setTold(false),
    });
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [client, joined]);
  return told ? false : pollMillis;
}
