import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { shortResource } from "../../format/arn";
import { causeMessage } from "../../format/json";
import { count } from "../../format/number";
import { offset } from "../../format/time";
import { detailsOf, kindOf, type EventKind, type HistoryEvent } from "../../history/event";
import type { HistoryState } from "../../live/history";
import { IconButton } from "../../ui/controls";
import { Icon, type IconName } from "../../ui/icons";
import { Moment } from "../../ui/time";
import { seen, type Selection } from "./selection";

const rowHeight = 32;
/** The head stays above the lines while they scroll. */
const headHeight = 40;

const kinds: Record<EventKind, { label: string; icon: IconName; look: string }> = {
  execution: { label: "Execution", icon: "execution", look: "" },
  entered: { label: "Entered", icon: "right", look: "" },
  exited: { label: "Exited", icon: "pass", look: "" },
  scheduled: { label: "Scheduled", icon: "clock", look: "" },
  progress: { label: "Progress", icon: "running", look: "is-running" },
  succeeded: { label: "Succeeded", icon: "check", look: "is-succeeded" },
  failed: { label: "Failed", icon: "cross", look: "is-failed" },
  aborted: { label: "Aborted", icon: "stop", look: "is-aborted" },
};

/** The history as it is stored: one line an event, which opens to all of it. */
export function Events({ history, selection, onSelect }: { history: HistoryState; selection: Selection; onSelect: (at: number) => void }) {
  const { model } = history;
  const scroller = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [kind, setKind] = useState<EventKind | "">("");
  const [only, setOnly] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const events = useMemo(() => {
    const needle = text.toLowerCase();
    return model.events.filter(
      (event) =>
        (kind === "" || kindOf(event.type) === kind) &&
        (!only || model.visitOf[event.id]?.name === selection.state) &&
        (needle === "" || matches(event, needle, model.visitOf[event.id]?.name)),
    );
  }, [history, text, kind, only, only ? selection.state : undefined]);
  const virtual = useVirtualizer({
    count: events.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 20, scrollPaddingEnd: headHeight,
    getItemKey: (index) => events[index]?.id ?? index,
  });
  const at = selection.event === undefined ? -1 : events.findIndex((event) => event.id === selection.event);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: seen(virtual.range, at) ? "auto" : "center" });
  }, [selection.event]);

  const turn = (id: number) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: events.length - 1 }[event.key];
    const chosen = go === undefined ? undefined : events[Math.max(0, go)];
    if (chosen) onSelect(chosen.id);
    else if (event.key === "Enter" && at >= 0) turn(events[at]!.id);
    else return;
    event.preventDefault();
  };

  return (
    <div className="events-view">
      <div className="filters">
        <input type="search" className="search-field" value={text} placeholder="Type, state, error, payload" aria-label="Filter events by type, state, error or payload" onChange={(event) => setText(event.target.value)} />
        <label className="field-inline">
          Kind
          <select value={kind} onChange={(event) => setKind(event.target.value as EventKind | "")}>
            <option value="">all</option>
            {(Object.keys(kinds) as EventKind[]).map((key) => (
              <option key={key} value={key}>
                {kinds[key].label}
              </option>
            ))}
          </select>
        </label>
        {selection.state !== undefined && (
          <label className="field-inline">
            <input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} /> only “{selection.state}”
          </label>
        )}
        <span className="quiet" role="status">
          {events.length === model.events.length ? `${count(events.length)} of at most 25\u202f000` : `${count(events.length)} of ${count(model.events.length)}`}
        </span>
        <IconButton icon="copy" name="Copy the history as JSON" onClick={() => void navigator.clipboard.writeText(JSON.stringify({ events: model.events }, null, 2))} />
      </div>
      <div className="lines-table events">
        <div className="table-scroll" ref={scroller} role="grid" aria-label="Events" aria-rowcount={events.length + 1} tabIndex={0} onKeyDown={onKey}>
          <div className="table-head" role="row">
            {["Id", "After", "Type", "State", "About"].map((title) => (
              <span key={title} role="columnheader">
                {title}
              </span>
            ))}
          </div>
          <div className="table-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start, key }) => {
              const event = events[index]!;
              const opened = open.has(event.id);
              const { icon, look } = kinds[kindOf(event.type)];
              return (
                <div key={key} data-index={index} ref={virtual.measureElement} className="event" style={{ transform: `translateY(${start}px)` }}>
                  <div role="row" aria-rowindex={index + 2} aria-selected={event.id === selection.event} className="table-row-inner" onClick={() => onSelect(event.id)}>
                    <span role="gridcell" className="number event-id">
                      <button
                        type="button"
                        className="turn"
                        tabIndex={-1}
                        aria-label={opened ? "Close" : "Open"}
                        aria-expanded={opened}
                        onClick={(click) => {
                          click.stopPropagation();
                          turn(event.id);
                        }}
                      >
                        <Icon name={opened ? "down" : "right"} size={11} />
                      </button>
                      {event.id}
                    </span>
                    <span role="gridcell" className="number">
                      {offset(event.timestamp * 1000 - model.startedAt)}
                    </span>
                    <span role="gridcell" className={`event-type ${look}`}>
                      <Icon name={icon} size={13} className="status-icon" />
                      <span className="clip">{event.type}</span>
                    </span>
                    <span role="gridcell" className="clip">
                      {model.visitOf[event.id]?.name ?? ""}
                    </span>
                    <span role="gridcell" className="clip quiet">
                      {about(event)}
                    </span>
                  </div>
                  {opened && (
                    <div className="event-open" role="row">
                      <div role="gridcell">
                        <p className="quiet">
                          <Moment millis={event.timestamp * 1000} /> · follows event {event.previousEventId}
                        </p>
                        <pre>{JSON.stringify(event, null, 2)}</pre>
                      </div>
                    </div>
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What an event says in a few words. */
function about(event: HistoryEvent): string {
  const d = detailsOf(event);
  if (d.error !== undefined || d.cause !== undefined) return [d.error, d.cause && causeMessage(d.cause)].filter(Boolean).join(": ");
  if (d.index !== undefined) return `item #${d.index}`;
  if (d.length !== undefined) return `${d.length} items`;
  if (d.resource !== undefined) return shortResource(d.resourceType ? `${d.resourceType}:${d.resource}` : d.resource);
  return (d.output ?? d.input ?? "").slice(0, 120);
}

function matches(event: HistoryEvent, needle: string, state?: string): boolean {
  if (event.type.toLowerCase().includes(needle) || state?.toLowerCase().includes(needle)) return true;
  const d = detailsOf(event);
  return [d.error, d.cause, d.input, d.output, d.parameters, d.resource].some((field) => field?.toLowerCase().includes(needle));
}
