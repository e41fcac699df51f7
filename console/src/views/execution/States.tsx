import { duration, offset } from "../../format/time";
import { shortResource } from "../../format/arn";
import type { Row } from "../../history/rows";
import type { HistoryState } from "../../live/history";
import { useNow } from "../../live/now";
import { Lines } from "./Lines";
import type { Selection } from "./selection";

/** Every visit in a state as a table. */
export function States({ history, selection, onSelect }: { history: HistoryState; selection: Selection; onSelect: (at: number) => void }) {
  const { model } = history;
  const now = useNow(model.status === "running");
  const cells = ({ visit, frame }: Row) => {
    const began = visit?.enteredAt ?? frame?.startedAt ?? 0;
    const ended = visit?.endedAt ?? frame?.endedAt ?? Math.max(now, began);
    const last = visit?.attempts.at(-1);
    return (
      <>
        <span role="gridcell">{visit?.type ?? ""}</span>
        <span role="gridcell" className="clip">
          {last ? shortResource(last.resourceType ? `${last.resourceType}:${last.resource}` : last.resource) : ""}
        </span>
        <span role="gridcell" className="number">
          {offset(began - model.startedAt)}
        </span>
        <span role="gridcell" className="number">
          {duration(ended - began)}
        </span>
        <span role="gridcell" className="number">
          {visit && visit.attempts.length > 0 ? visit.attempts.length : ""}
        </span>
        <span role="gridcell" className="clip is-failed-text">
          {visit?.error ?? ""}
        </span>
      </>
    );
  };
  return (
    <Lines
      history={history}
      selection={selection}
      onSelect={onSelect}
      name="States"
      className="states"
      head={["Name", "Type", "Resource", "After", "Duration", "Attempts", "Error"].map((title) => (
        <span key={title} role="columnheader">
          {title}
        </span>
      ))}
      cells={cells}
    />
  );
}
