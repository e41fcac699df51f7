import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { call } from "../api/client";
import type { Execution as Described, StateMachineOfExecution } from "../api/types";
import { parseDefinition, statesByName } from "../asl/definition";
import { executionName, isExpress, machineName, machineOfExecution } from "../format/arn";
import { count } from "../format/number";
import { shownAround } from "../history/shown";
import { LazyGraph } from "../graph/LazyGraph";
import { useHistory } from "../live/history";
import { executionViews, type ExecutionViewName } from "./names";
import { ErrorNote, Loading } from "../ui/notes";
import { Definition } from "./execution/Definition";
import { Events } from "./execution/Events";
import { Failure } from "./execution/Failure";
import { Header } from "./execution/Header";
import { Panel } from "./execution/Panel";
import { selectionOf } from "./execution/selection";
import { States } from "./execution/States";
import { Timeline } from "./execution/Timeline";

const titles: Record<ExecutionViewName, string> = {
  graph: "Graph", timeline: "Timeline", states: "States", events: "Events", definition: "Definition",
};

/** One execution: what happened, why, and what to press. */
export function Execution() {
  const { arn, view } = useParams({ from: "/executions/$arn/$view" });
  const search = useSearch({ from: "/executions/$arn/$view" });
  const navigate = useNavigate();
  const history = useHistory(arn);
  const { model } = history;
  const express = isExpress(arn);
  const described = useQuery({
    queryKey: ["execution", arn],
    queryFn: ({ signal }) => call("DescribeExecution", { executionArn: arn }, signal),
    enabled: !express,
    retry: false,
  });
  const refetch = described.refetch;
  // The history says first that an execution has ended or was taken up again.
  useEffect(() => {
    if (!express && model.status !== undefined) void refetch();
  }, [express, model.status, refetch]);
  const machine = useQuery({
    queryKey: ["machineOf", arn],
    queryFn: ({ signal }): Promise<StateMachineOfExecution> =>
      express ? call("DescribeStateMachine", { stateMachineArn: machineOfExecution(arn) }, signal) : call("DescribeStateMachineForExecution", { executionArn: arn }, signal),
    staleTime: Infinity,
  });
  const flow = useMemo(() => (machine.data ? parseDefinition(machine.data.definition) : undefined), [machine.data]);
  const states = useMemo(() => (flow ? statesByName(flow) : undefined), [flow]);
  // The model changes in place; a new state of the history is what tells.
  const selection = useMemo(() => selectionOf(history.model, search), [history, search]);
  const shown = useMemo(() => shownAround(history.model, selection), [history, selection]);

  const go = (to: { view?: ExecutionViewName; at?: number; state?: string }) =>
    void navigate({
      to: "/executions/$arn/$view", params: { arn, view: to.view ?? view }, search: { at: to.at, state: to.at === undefined ? to.state : undefined },
      replace: to.view === undefined, resetScroll: false,
    });
  const execution: Described | undefined = described.data ?? (express && model.status ? fromHistory(arn, model) : undefined);
  const failure = machine.error ?? described.error ?? (model.status === undefined ? history.error : undefined);

  return (
    <div className="page fill execution">
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/state-machines/$arn/$tab" params={{ arn: machineOfExecution(arn), tab: "executions" }}>
          {machineName(machineOfExecution(arn))}
        </Link>
        {execution?.mapRunArn && (
          <Link to="/map-runs/$arn/executions" params={{ arn: execution.mapRunArn }}>
            Map run
          </Link>
        )}
      </nav>
      {execution ? <Header execution={execution} model={model} onRedriven={history.restart} /> : <h1>{executionName(arn)}</h1>}
      {failure ? <ErrorNote error={failure} /> : null}
      {execution && model.status !== "running" && (
        <Failure execution={execution} model={model} onShow={(at) => go({ view: "graph", at })} />
      )}
      {!failure && !history.loaded && <Loading what="the history" />}
      {history.loaded && (
        <>
          <nav className="tabs" aria-label="Execution">
            {executionViews.map((name) => (
              <Link key={name} to="/executions/$arn/$view" params={{ arn, view: name }} search={search} className="tab" aria-current={view === name ? "page" : undefined} resetScroll={false}>
                {titles[name]}
                {name === "events" && <span className="tab-count">{count(model.events.length)}</span>}
              </Link>
            ))}
            {history.error !== undefined && <span className="mistake">not live: the server does not answer</span>}
          </nav>
          <div className="workspace">
            <section className="view" aria-label={titles[view as ExecutionViewName]}>
              {view === "graph" && flow && <LazyGraph flow={flow} name={executionName(arn)} model={model} shown={shown} selected={selection.state} onSelect={(choice) => go(choice ?? {})} />}
              {view === "graph" && machine.data && !flow && <p className="hint">The definition has no states to draw.</p>}
              {view === "timeline" && <Timeline history={history} selection={selection} onSelect={(at) => go({ at })} />}
              {view === "states" && <States history={history} selection={selection} onSelect={(at) => go({ at })} />}
              {view === "events" && <Events history={history} selection={selection} onSelect={(at) => go({ at })} />}
              {view === "definition" && machine.data && <Definition text={machine.data.definition} state={selection.state} />}
            </section>
            <Panel history={history} selection={selection} state={selection.state === undefined ? undefined : states?.get(selection.state)} shown={shown} onSelect={(at) => go({ at })} onClose={() => go({})} onEvent={(at) => go({ view: "events", at })} />
          </div>
        </>
      )}
    </div>
  );
}

const toApi = { running: "RUNNING", succeeded: "SUCCEEDED", failed: "FAILED", timedOut: "TIMED_OUT", aborted: "ABORTED", caught: "SUCCEEDED" } as const;

/** The description of an Express execution, which the API does not describe, from its events. */
function fromHistory(executionArn: string, model: ReturnType<typeof useHistory>["model"]): Described {
  return {
    executionArn, stateMachineArn: machineOfExecution(executionArn), name: executionName(executionArn), status: toApi[model.status ?? "running"],
    startDate: model.startedAt / 1000, stopDate: model.endedAt && model.endedAt / 1000, error: model.error, cause: model.cause,
    input: model.input, output: model.output,
  };
}
