import { useMemo, useState } from "react";
import { Link } from "@tanstack/react-router";
import type { StateNode } from "../../asl/definition";
import { executionName } from "../../format/arn";
import { causeMessage } from "../../format/json";
import { duration, offset } from "../../format/time";
import { childrenOf, enclosing, took, type Attempt, type Model, type Visit } from "../../history/model";
import type { Shown } from "../../history/shown";
import type { HistoryState } from "../../live/history";
import { useNow } from "../../live/now";
import { Fact, Facts, IconButton } from "../../ui/controls";
import { Icon, stateIcon } from "../../ui/icons";
import { JsonView } from "../../ui/JsonView";
import { StatusBadge, StatusIcon, statusLabel } from "../../ui/status";
import { Moment } from "../../ui/time";
import type { Selection } from "./selection";

const tabs = { data: "Data", attempts: "Attempts", definition: "Definition", events: "Events" } as const;
type Tab = keyof typeof tabs;

interface Props {
  history: HistoryState;
  selection: Selection;
  state?: StateNode;
  shown: Shown;
  onSelect: (at: number) => void;
  onEvent: (at: number) => void;
  onClose: () => void;
}

/** What is known about the selected state; without one, about the execution. */
export function Panel(props: Props) {
  const { history, selection, shown } = props;
  const { model } = history;
  if (selection.state === undefined) return <ExecutionPanel model={model} />;
  const visit = selection.visit ?? shown.visits.get(selection.state);
  return visit ? <VisitPanel {...props} visit={visit} /> : <Unreached {...props} name={selection.state} />;
}

function ExecutionPanel({ model }: { model: Model }) {
  return (
    <aside className="panel" aria-label="Execution">
      <header>
        <h2>Execution</h2>
      </header>
      <div className="panel-body" tabIndex={0} role="group" aria-label="Input and output">
        <p className="quiet">Select a state to see what went in, what came out, and why.</p>
        {model.input !== undefined && <JsonView text={model.input} name="Input" />}
        {model.output !== undefined && <JsonView text={model.output} name="Output" />}
        {model.status === "running" && <p className="quiet">The output comes when the execution ends.</p>}
      </div>
    </aside>
  );
}

function Unreached({ name, state, onClose }: Props & { name: string }) {
  return (
    <aside className="panel" aria-label={`State ${name}`}>
      <PanelHead name={name} type={state?.type} onClose={onClose} />
      <div className="panel-body" tabIndex={0} role="group" aria-label="State">
        <p className="quiet">The execution has not been here.</p>
        {state && <JsonView text={JSON.stringify(state.source)} name="Definition" open={4} />}
      </div>
    </aside>
  );
}

function PanelHead({ name, type, onClose }: { name: string; type?: string; onClose: () => void }) {
  return (
    <header>
      <Icon name={stateIcon[type ?? ""] ?? "pass"} className="node-type" />
      <h2>{name}</h2>
      <IconButton icon="cross" name="Close" onClick={onClose} />
    </header>
  );
}

function VisitPanel({ history, selection, visit, state, onSelect, onEvent, onClose }: Props & { visit: Visit }) {
  const [tab, setTab] = useState<Tab>("data");
  const { model } = history;
  const now = useNow(visit.endedAt === undefined, 500);
  const around = enclosing(visit);
  return (
    <aside className="panel" aria-label={`State ${visit.name}`}>
      <PanelHead name={visit.name} type={visit.type} onClose={onClose} />
      {around.length > 0 && <Where visit={visit} around={around} onSelect={onSelect} />}
      <Visits model={model} visit={visit} onSelect={onSelect} />
      <Facts>
        <Fact name="Status">
          <StatusBadge status={selection.iteration?.status ?? visit.status} />
        </Fact>
        <Fact name="Duration">{duration(took(visit, now))}</Fact>
        <Fact name="Started">
          <Moment millis={visit.enteredAt} short /> <span className="quiet">{offset(visit.enteredAt - model.startedAt)}</span>
        </Fact>
        {visit.items !== undefined && <Fact name="Items">{visit.items}</Fact>}
        {childrenOf(visit).map((arn) => (
          <Fact key={arn} name="Child execution">
            <Link to="/executions/$arn/$view" params={{ arn, view: "graph" }}>
              {executionName(arn)}
            </Link>
          </Fact>
        ))}
        {visit.mapRunArn && (
          <Fact name="Map run">
            <Link to="/map-runs/$arn/executions" params={{ arn: visit.mapRunArn }}>
              show
            </Link>
          </Fact>
        )}
      </Facts>
      {visit.error !== undefined && <Mishap error={visit.error} cause={visit.cause} location={visit.location} caught={visit.status === "caught"} />}
      <div className="panel-tabs" role="tablist" aria-label="About this state">
        {(Object.keys(tabs) as Tab[]).map((key) => (
          <button key={key} type="button" role="tab" aria-selected={tab === key} className="panel-tab" onClick={() => setTab(key)}>
            {tabs[key]}
            {key === "attempts" && visit.attempts.length > 1 && <span className="tab-count">{visit.attempts.length}</span>}
          </button>
        ))}
      </div>
      <div className="panel-body" tabIndex={0} role="tabpanel" aria-label={tabs[tab]}>
        {tab === "data" && <Data visit={visit} />}
        {tab === "attempts" && <Attempts visit={visit} model={model} />}
        {tab === "definition" && state && <JsonView text={JSON.stringify(state.source)} name="Definition" open={4} />}
        {tab === "events" && (
          <ul className="lines">
            {visit.events.map((event) => (
              <li key={event.id}>
                <button type="button" className="link" onClick={() => onEvent(event.id)}>
                  {event.id}
                </button>
                <span>{event.type}</span>
                <span className="quiet number">{offset(event.timestamp * 1000 - model.startedAt)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </aside>
  );
}

/** The containers around a visit, and which iteration of each. */
function Where({ visit, around, onSelect }: { visit: Visit; around: Visit[]; onSelect: (at: number) => void }) {
  const frames = [...around.slice(1), visit].map((inside) => inside.frame);
  return (
    <nav className="where" aria-label="Inside of">
      {around.map((owner, i) => (
        <span key={owner.id}>
          <button type="button" className="link" onClick={() => onSelect(owner.id)}>
            {owner.name}
          </button>
          {frames[i]?.kind === "iteration" ? ` #${frames[i]?.index}` : ""}
        </span>
      ))}
    </nav>
  );
}

/** The other visits in the same state, when there are some: of a loop, or of other iterations. */
function Visits({ model, visit, onSelect }: { model: Model; visit: Visit; onSelect: (at: number) => void }) {
  const visits = useMemo(() => model.visits.filter((other) => other.name === visit.name), [model, model.visits.length, visit.name]);
  if (visits.length < 2) return null;
  const at = visits.indexOf(visit);
  const failed = visits.filter((other) => other.status === "failed" || other.status === "timedOut");
  const nextFailed = failed.find((other) => other.id > visit.id) ?? failed[0];
  const go = (to?: Visit) => to && onSelect(to.id);
  return (
    <div className="visits">
      <IconButton icon="up" name="Visit before" disabled={at <= 0} onClick={() => go(visits[at - 1])} />
      <span>
        Visit {at + 1} of {visits.length}
      </span>
      <IconButton icon="down" name="Next visit" disabled={at >= visits.length - 1} onClick={() => go(visits[at + 1])} />
      {nextFailed && nextFailed !== visit && (
        <button type="button" className="link" onClick={() => go(nextFailed)}>
          next failed one
        </button>
      )}
    </div>
  );
}

function Mishap({ error, cause, location, caught }: { error: string; cause?: string; location?: string; caught: boolean }) {
  return (
    <div className={`note ${caught ? "is-caught" : "is-failed"}`}>
      <StatusIcon status={caught ? "caught" : "failed"} size={16} />
      <div>
        <strong>{error}</strong>
        {location && <span className="quiet"> at {location}</span>}
        {cause && <p className="cause">{causeMessage(cause)}</p>}
      </div>
    </div>
  );
}

function Data({ visit }: { visit: Visit }) {
  const before = useMemo(() => variablesBefore(visit), [visit]);
  const sent = visit.attempts.at(-1)?.parameters;
  const result = visit.attempts.at(-1)?.output;
  return (
    <>
      {visit.input !== undefined && <JsonView text={visit.input} name="Input" />}
      {sent !== undefined && sent !== visit.input && <JsonView text={sent} name="Sent to the resource" />}
      {result !== undefined && result !== visit.output && <JsonView text={result} name="Answer of the resource" />}
      {visit.output !== undefined && <JsonView text={visit.output} name="Output" />}
      {before !== "{}" && <JsonView text={before} name="Variables before" />}
      {visit.assigned && Object.keys(visit.assigned).length > 0 && <JsonView text={objectOf(visit.assigned)} name="Assigned variables" />}
    </>
  );
}

const objectOf = (variables: Record<string, string>) => `{${Object.entries(variables).map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;

/** The variables that a state could see when it was entered, as JSON: those of its own level and of the levels around it. */
function variablesBefore(visit: Visit): string {
  const seen: Record<string, string> = {};
  for (const level of [...enclosing(visit), visit]) {
    for (const other of level.frame.visits) {
      if (other === level) break;
      if (other.exited && other.endedAt !== undefined) Object.assign(seen, other.assigned);
    }
  }
  return objectOf(seen);
}

function Attempts({ visit, model }: { visit: Visit; model: Model }) {
  if (visit.attempts.length === 0) return <p className="quiet">This state calls nothing.</p>;
  return (
    <ol className="attempts">
      {visit.attempts.map((attempt, i) => (
        <li key={attempt.scheduledId} className={`attempt is-${attempt.status}`}>
          <AttemptLine attempt={attempt} before={visit.attempts[i - 1]} start={model.startedAt} />
        </li>
      ))}
    </ol>
  );
}

function AttemptLine({ attempt, before, start }: { attempt: Attempt; before?: Attempt; start: number }) {
  const pause = before?.endedAt === undefined ? 0 : attempt.scheduledAt - before.endedAt;
  return (
    <>
      {pause > 0 && <p className="quiet">after a pause of {duration(pause)}</p>}
      <p>
        <StatusIcon status={attempt.status} /> <strong>Attempt {attempt.number}</strong> {statusLabel(attempt.status)}{" "}
        <span className="quiet">
          {offset(attempt.scheduledAt - start)}
          {attempt.endedAt !== undefined && ` · ${duration(attempt.endedAt - attempt.scheduledAt)}`}
          {attempt.worker && ` · ${attempt.worker}`}
        </span>
      </p>
      {attempt.error !== undefined && (
        <p className="cause">
          <strong>{attempt.error}</strong> {attempt.cause && causeMessage(attempt.cause)}
        </p>
      )}
    </>
  );
}
