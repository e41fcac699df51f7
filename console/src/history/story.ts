import type { HistoryEvent } from "./event";

const line = /^(\d+)<(\d+) (\w+) \+(\S+)(?: (\{.*\}))?$/;

/** Reads events from lines such as `2<0 TaskStateEntered +0s {"name":"A"}`: id, previous id, type, time since start, details. */
export function story(text: string): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const row of text.split("\n")) {
    const [, id, previous, type, since, details] = line.exec(row.trim()) ?? [];
    if (!type) continue;
    events.push({
      id: Number(id), previousEventId: Number(previous), type, timestamp: 1_700_000_000 + seconds(since ?? "0s"),
      ...(details ? { someEventDetails: JSON.parse(details) as unknown } : {}),
    });
  }
  return events;
}

/** Seconds of a time such as 1h2m3.5s or 250ms. */
function seconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  let sum = 0;
  for (const [, n, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) sum += Number(n) * (units[unit!] ?? 0);
  return sum;
}
