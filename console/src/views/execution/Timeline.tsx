import { duration } from "../../format/time";
import type { Row } from "../../history/rows";
import { segmentsOf, type Segment } from "../../history/segments";
import type { HistoryState } from "../../live/history";
import { useNow } from "../../live/now";
import { Lines } from "./Lines";
import type { Selection } from "./selection";

const names: Record<Segment["kind"], string> = {
  queued: "waits for its turn", working: "works", failed: "failed attempt", backoff: "pause before the next attempt", waiting: "waits",
  inside: "states inside", callback: "waits for the answer",
};

/** Every visit as a bar over time, with its attempts and pauses. */
export function Timeline({ history, selection, onSelect }: { history: HistoryState; selection: Selection; onSelect: (at: number) => void }) {
  const { model } = history;
  const running = model.status === "running";
  const now = useNow(running, 500);
  const start = model.startedAt;
  const end = Math.max(model.endedAt ?? now, start + 1);
  const share = (millis: number) => `${((millis - start) / (end - start)) * 100}%`;
  const cells = ({ visit, frame }: Row) => {
    const segments: Segment[] = visit
      ? segmentsOf(visit, end)
      : [{ from: frame?.startedAt ?? start, to: frame?.endedAt ?? end, kind: "inside" }];
    const from = segments[0]?.from ?? start;
    const to = segments.at(-1)?.to ?? end;
    const behind = (to - start) / (end - start) > 0.85;
    return (
      <span role="gridcell" className="bars">
        {segments.map((segment, i) => (
          <span
            key={i}
            className={`bar bar-${segment.kind}`}
            style={{ left: share(segment.from), width: `max(2px, ${((segment.to - segment.from) / (end - start)) * 100}%)` }}
            title={`${names[segment.kind]}: ${duration(segment.to - segment.from)}`}
          />
        ))}
        <span className={`bar-label ${behind ? "before" : ""}`} style={behind ? { right: `calc(100% - ${share(from)} + 6px)` } : { left: `calc(${share(to)} + 6px)` }}>
          {duration(to - from)}
        </span>
      </span>
    );
  };
  return (
    <div className="timeline-view">
      <Lines
        history={history}
        selection={selection}
        onSelect={onSelect}
        name="Timeline"
        className="timeline"
        head={
          <>
            <span role="columnheader">Name</span>
            <span role="columnheader" className="axis">
              {ticks(end - start).map((millis) => (
                <span key={millis} className="tick" style={{ left: `${(millis / (end - start)) * 100}%` }}>
                  {duration(millis)}
                </span>
              ))}
            </span>
          </>
        }
        cells={cells}
      />
      <ul className="legend" aria-label="Legend">
        {(Object.keys(names) as Segment["kind"][]).map((kind) => (
          <li key={kind}>
            <span className={`bar-sample bar-${kind}`} /> {names[kind]}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Round moments along the axis, four to eight of them; milliseconds since the start. */
function ticks(span: number): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 864e5, 6048e5];
  const step = steps.find((candidate) => span / candidate <= 7) ?? span / 5;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step).filter((millis) => millis / span <= 0.9);
}
