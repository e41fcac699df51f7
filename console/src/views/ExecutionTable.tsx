import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import type { FoundExecution } from "../api/types";
import { machineName, qualifier } from "../format/arn";
import { count } from "../format/number";
import { duration } from "../format/time";
import { useNow } from "../live/now";
import { StatusBadge } from "../ui/status";
import { Moment } from "../ui/time";

const rowHeight = 44;

/** A list of executions of any length: only the lines that are seen are drawn, and more are read towards the end. */
export function ExecutionTable({ rows, more, reading, showMachine, empty }: {
  rows: FoundExecution[];
  /** Reads more; undefined: these are all. */
  more?: () => void;
  reading: boolean;
  showMachine: boolean;
  empty: ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(rows.some((row) => row.stopDate === undefined));
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !reading && last >= rows.length - 20) more();
  }, [last, rows.length, more, reading]);

  if (rows.length === 0 && !reading) return <>{empty}</>;
  return (
    <div className={`table executions ${showMachine ? "with-machine" : ""}`}>
      <div className="table-scroll" ref={scroller} role="table" aria-label="Executions" aria-rowcount={more ? -1 : rows.length + 1} tabIndex={0}>
        <div className="table-head" role="row">
          <span role="columnheader">Status</span>
          <span role="columnheader">Name</span>
          {showMachine && <span role="columnheader">State machine</span>}
          <span role="columnheader">Started</span>
          <span role="columnheader">Duration</span>
        </div>
        <div className="table-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index]!;
            const version = qualifier(row.stateMachineAliasArn ?? row.stateMachineVersionArn ?? "");
            return (
              <div key={row.executionArn} role="row" aria-rowindex={index + 2} className="table-row" style={{ transform: `translateY(${start}px)` }}>
                <span role="cell">
                  <StatusBadge status={row.status} />
                </span>
                <span role="cell" className="name-cell">
                  <Link to="/executions/$arn/$view" params={{ arn: row.executionArn, view: "graph" }}>
                    {row.name}
                  </Link>
                  {version && <span className="tag">{version}</span>}
                  {(row.redriveCount ?? 0) > 0 && <span className="tag">redriven {row.redriveCount}×</span>}
                  {row.excerpt && <span className="excerpt">{row.excerpt}</span>}
                </span>
                {showMachine && (
                  <span role="cell" className="clip">
                    {machineName(row.stateMachineArn)}
                  </span>
                )}
                <span role="cell">
                  <Moment millis={row.startDate * 1000} />
                </span>
                <span role="cell" className="number">
                  {duration((row.stopDate ?? now / 1000) * 1000 - row.startDate * 1000)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
      <div className="table-foot" role="status">
        {count(rows.length)} {rows.length === 1 ? "execution" : "executions"}
        {reading ? " · reading more…" : more ? " · scroll for more" : ""}
      </div>
    </div>
  );
}
