import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { reveal, rowsOf, type Row } from "../../history/rows";
import type { HistoryState } from "../../live/history";
import { Icon, stateIcon } from "../../ui/icons";
import { StatusIcon, statusLabel } from "../../ui/status";
import { seen, type Selection } from "./selection";

const rowHeight = 32;
/** The head stays above the lines while they scroll. */
const headHeight = 40;

/** A tree of visits as lines, of any length; the arrow keys move the selection and open and close. */
export function Lines({ history, selection, onSelect, name, head, cells, className }: {
  history: HistoryState;
  selection: Selection;
  onSelect: (at: number) => void;
  name: string;
  head: ReactNode;
  cells: (row: Row) => ReactNode;
  className: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [turned, setTurned] = useState<ReadonlySet<string>>(() => (selection.visit ? reveal(selection.visit, new Set()) : new Set()));
  const rows = useMemo(() => rowsOf(history.model, turned), [history, turned]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 20, scrollPaddingEnd: headHeight });
  const isSelected = (row: Row) => (selection.iteration ? row.frame === selection.iteration : row.visit !== undefined && row.visit === selection.visit);
  const at = rows.findIndex(isSelected);

  const { visit, iteration } = selection;
  useEffect(() => {
    if (visit) setTurned((before) => reveal(visit, before));
  }, [visit]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: seen(virtual.range, at) ? "auto" : "center" });
    // Only a new selection scrolls; lines that come while the execution runs do not.
  }, [visit, iteration]);

  const turn = (row: Row) => {
    const next = new Set(turned);
    if (!next.delete(row.key)) next.add(row.key);
    setTurned(next);
  };
  const select = (row: Row | undefined) => row && onSelect(row.visit?.id ?? row.frame?.id ?? 0);
  const onKey = (event: KeyboardEvent) => {
    const row = rows[at];
    if (event.key === "ArrowDown") select(rows[at + 1]);
    else if (event.key === "ArrowUp") select(rows[Math.max(0, at - 1)]);
    else if (event.key === "ArrowRight" && row?.opens && !row.open) turn(row);
    else if (event.key === "ArrowLeft" && row?.opens && row.open) turn(row);
    else return;
    event.preventDefault();
  };
  return (
    <div className={`lines-table ${className}`}>
      <div className="table-scroll" ref={scroller} role="treegrid" aria-label={name} aria-rowcount={rows.length + 1} tabIndex={0} onKeyDown={onKey}>
        <div className="table-head" role="row">
          {head}
        </div>
        <div className="table-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <div
                key={row.key}
                role="row"
                aria-rowindex={index + 2}
                aria-level={row.depth + 1}
                aria-expanded={row.opens ? row.open : undefined}
                aria-selected={isSelected(row)}
                className="table-row"
                style={{ transform: `translateY(${start}px)` }}
                onClick={() => select(row)}
              >
                <span role="gridcell" className="line-name" style={{ paddingLeft: 8 + row.depth * 16 }}>
                  {row.opens ? (
                    <button
                      type="button"
                      className="turn"
                      tabIndex={-1}
                      aria-label={row.open ? "Close" : "Open"}
                      onClick={(event) => {
                        event.stopPropagation();
                        turn(row);
                      }}
                    >
                      <Icon name={row.open ? "down" : "right"} size={11} />
                    </button>
                  ) : (
                    <span className="turn" />
                  )}
                  <LineTitle row={row} />
                </span>
                {cells(row)}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function LineTitle({ row: { visit, frame } }: { row: Row }) {
  const status = visit?.status ?? frame?.status ?? "running";
  const title = visit?.name ?? (frame?.kind === "iteration" ? `#${frame.index}` : `Branch ${(frame?.index ?? 0) + 1}`);
  return (
    <>
      <span title={statusLabel(status)}>
        <StatusIcon status={status} />
        <span className="sr">{statusLabel(status)}</span>
      </span>
      {visit && <Icon name={stateIcon[visit.type] ?? "pass"} size={13} className="node-type" />}
      <span className="clip">{title}</span>
      {frame && frame.round > 1 && <span className="tag">round {frame.round}</span>}
    </>
  );
}
