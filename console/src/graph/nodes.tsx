import { Handle, Position, type NodeProps } from "@xyflow/react";
import { useMemo } from "react";
import type { Visit } from "../history/model";
import { duration } from "../format/time";
import { count } from "../format/number";
import { Icon, stateIcon } from "../ui/icons";
import { StatusIcon, statusLabel } from "../ui/status";
import type { StateData, StateNodeType } from "./drawn";

/** The canvas joins edges to handles; ours are drawn from the layout, so that handles are nowhere to be seen. */
function Handles() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

const stateClass = ({ visit, selected, live }: StateData, base: string) =>
  `${base} ${visit ? `is-${visit.status}` : live ? "unreached" : ""} ${selected ? "selected" : ""}`;

const choose = (data: StateData) => () => data.onSelect?.({ state: data.placed.id, at: data.visit?.id });

/** What the icons and colours of a state say, in words. */
function spoken({ placed, visit, live }: StateData): string {
  const status = visit ? statusLabel(visit.status) : live ? "not reached" : "";
  return `, ${[placed.state?.type, status].filter(Boolean).join(", ")}`;
}

/** What stands in the corner of a state: attempts, visits, how long it took. */
function Marks({ visit, times }: { visit?: Visit; times: number }) {
  if (!visit) return null;
  return (
    <span className="node-marks">
      {visit.attempts.length > 1 && <span>{visit.attempts.length} attempts</span>}
      {times > 1 && <span>{count(times)}×</span>}
      {visit.endedAt !== undefined && visit.endedAt - visit.enteredAt >= 1 && <span>{duration(visit.endedAt - visit.enteredAt)}</span>}
    </span>
  );
}

export function StateBox({ data }: NodeProps<StateNodeType>) {
  const state = data.placed.state;
  return (
    <>
      <button type="button" className={stateClass(data, "node nopan")} onClick={choose(data)} aria-pressed={data.selected}>
        <Icon name={stateIcon[state?.type ?? ""] ?? "pass"} className="node-type" />
        <span className="node-text">
          <span className="node-name">{data.placed.id}</span>
          {state?.subtitle && <span className="node-sub">{state.subtitle}</span>}
        </span>
        <span className="sr">{spoken(data)}</span>
        {data.visit && <StatusIcon status={data.visit.status} size={16} />}
        <Marks visit={data.visit} times={data.times} />
      </button>
      <Handles />
    </>
  );
}

export function ContainerBox({ data }: NodeProps<StateNodeType>) {
  const state = data.placed.state;
  return (
    <div className={stateClass(data, "container-node")}>
      <div className="container-head">
        <button type="button" className="container-title nopan" onClick={choose(data)} aria-pressed={data.selected}>
          <Icon name={stateIcon[state?.type ?? ""] ?? "map"} className="node-type" />
          <span className="node-name">{data.placed.id}</span>
          <span className="sr">{spoken(data)}</span>
          {data.visit && <StatusIcon status={data.visit.status} size={16} />}
          {state?.distributed && <span className="tag">distributed</span>}
        </button>
        {data.visit && data.visit.type === "Map" && data.visit.frames.length > 0 && <IterationPicker visit={data.visit} data={data} />}
        {data.visit && data.visit.type !== "Map" && <Marks visit={data.visit} times={data.times} />}
      </div>
      <Handles />
    </div>
  );
}

/** Of each status at most this many iterations are in the list; the buttons beside it lead to all. */
const mostOptions = 200;

/** Chooses the iteration whose states are shown; those that failed come first. */
function IterationPicker({ visit, data }: { visit: Visit; data: StateData }) {
  const { iteration, onSelect, placed } = data;
  const frames = useMemo(() => visit.frames.filter((f) => f.round === visit.rounds).sort((a, b) => a.index - b.index), [visit, visit.frames.length, visit.rounds]);
  const at = frames.findIndex((f) => f === iteration);
  const groups = (["failed", "timedOut", "running", "aborted", "succeeded"] as const)
    .map((status) => ({ status, frames: frames.filter((f) => f.status === status) }))
    .filter((group) => group.frames.length > 0);
  const go = (id?: number) => id !== undefined && onSelect?.({ state: placed.id, at: id });
  return (
    <span className="picker nopan nodrag">
      <button type="button" aria-label="Iteration before" disabled={at <= 0} onClick={() => go(frames[at - 1]?.id)}>
        <Icon name="up" size={12} />
      </button>
      <select aria-label={`Iteration of ${placed.id}`} value={iteration?.id ?? ""} onChange={(event) => go(Number(event.target.value))}>
        {groups.map(({ status, frames: some }) => (
          <optgroup key={status} label={`${statusLabel(status)} (${some.length})`}>
            {some.filter((f, i) => i < mostOptions || f === iteration).map((f) => (
              <option key={f.id} value={f.id}>
                #{f.index} {statusLabel(f.status)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <button type="button" aria-label="Next iteration" disabled={at < 0 || at >= frames.length - 1} onClick={() => go(frames[at + 1]?.id)}>
        <Icon name="down" size={12} />
      </button>
      <span className="quiet">of {count(visit.items ?? frames.length)}</span>
    </span>
  );
}

export function BorderCircle({ data }: NodeProps<StateNodeType>) {
  return (
    <div className={`border-node border-${data.placed.kind}`} aria-label={data.placed.kind === "start" ? "Start" : "End"} role="img">
      <Handles />
    </div>
  );
}
