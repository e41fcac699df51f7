import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../../api/client";
import type { Execution } from "../../api/types";
import { machineArn, machineName, qualifier } from "../../format/arn";
import { count } from "../../format/number";
import { duration } from "../../format/time";
import type { Model } from "../../history/model";
import { useNow } from "../../live/now";
import { Copy, Dialog, Fact, Facts } from "../../ui/controls";
import { Icon } from "../../ui/icons";
import { ErrorNote } from "../../ui/notes";
import { StatusBadge } from "../../ui/status";
import { Moment } from "../../ui/time";
import { StartDialog } from "../StartDialog";

/** What an execution is and how it stands, and the buttons that change it. */
export function Header({ execution, model, onRedriven }: { execution: Execution; model: Model; onRedriven: () => void }) {
  const [dialog, setDialog] = useState<"start" | "stop">();
  const running = execution.status === "RUNNING" && model.status !== "failed";
  const now = useNow(running, 250);
  const version = execution.stateMachineAliasArn ?? execution.stateMachineVersionArn;
  return (
    <>
      <header className="page-head">
        <div>
          <h1>
            {execution.name} <StatusBadge status={model.status ?? execution.status} />
          </h1>
        </div>
        <div className="buttons">
          {running && (
            <button type="button" className="button danger" onClick={() => setDialog("stop")}>
              <Icon name="stop" /> Stop
            </button>
          )}
          {execution.redriveStatus === "REDRIVABLE" && !running && <Redrive execution={execution} onRedriven={onRedriven} />}
          {execution.mapRunArn === undefined && (
            <button type="button" className="button" onClick={() => setDialog("start")}>
              <Icon name="play" /> Start again
            </button>
          )}
        </div>
      </header>
      <Facts>
        <Fact name="Duration">
          <span className="number">{duration((execution.stopDate !== undefined && !running ? execution.stopDate * 1000 : now) - execution.startDate * 1000)}</span>
        </Fact>
        <Fact name="Started">
          <Moment millis={execution.startDate * 1000} />
        </Fact>
        {execution.stopDate !== undefined && !running && (
          <Fact name="Ended">
            <Moment millis={execution.stopDate * 1000} />
          </Fact>
        )}
        <Fact name="State transitions">{count(model.transitions)}</Fact>
        {(execution.redriveCount ?? 0) > 0 && <Fact name="Redriven">{execution.redriveCount}×</Fact>}
        {version && <Fact name="Version or alias">{qualifier(version)}</Fact>}
        <ParentLink model={model} />
        <Fact name="ARN">
          <Copy text={execution.executionArn} name="ARN" />
        </Fact>
        <MapRuns execution={execution} model={model} />
      </Facts>
      {dialog === "start" && <StartDialog arn={execution.stateMachineAliasArn ?? execution.stateMachineVersionArn ?? machineArn(execution.stateMachineArn)} input={execution.input ?? model.input} onClose={() => setDialog(undefined)} />}
      {dialog === "stop" && <StopDialog execution={execution} onClose={() => setDialog(undefined)} />}
    </>
  );
}

/** The execution that started this one, which says so in its input. */
function ParentLink({ model }: { model: Model }) {
  const parent = /"AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"\s*:\s*"([^"]+)"/.exec(model.input ?? "")?.[1];
  if (!parent) return null;
  return (
    <Fact name="Started by">
      <Link to="/executions/$arn/$view" params={{ arn: parent, view: "graph" }}>
        {machineName(parent)}
      </Link>
    </Fact>
  );
}

function MapRuns({ execution, model }: { execution: Execution; model: Model }) {
  const has = model.visits.some((visit) => visit.mapRunArn);
  const runs = useQuery({
    queryKey: ["mapRuns", execution.executionArn],
    queryFn: ({ signal }) => call("ListMapRuns", { executionArn: execution.executionArn, maxResults: 100 }, signal),
    enabled: has,
  });
  return runs.data?.mapRuns.map((run, i) => (
    <Fact key={run.mapRunArn} name="Map run">
      <Link to="/map-runs/$arn/executions" params={{ arn: run.mapRunArn }}>
        {run.stateMachineArn.split("/")[1] ?? `#${i + 1}`}
      </Link>
    </Fact>
  ));
}

/** Goes on where the execution failed. */
function Redrive({ execution, onRedriven }: { execution: Execution; onRedriven: () => void }) {
  const client = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const redrive = async () => {
    try {
      setFailure(undefined);
      await call("RedriveExecution", { executionArn: execution.executionArn });
      onRedriven();
      await client.invalidateQueries({ queryKey: ["execution", execution.executionArn] });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <button type="button" className="button primary" onClick={() => void redrive()} title="Goes on at the states that failed; what succeeded is kept">
        <Icon name="again" /> Redrive
      </button>
      {failure !== undefined && <ErrorNote error={failure} />}
    </>
  );
}

function StopDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const client = useQueryClient();
  const [error, setError] = useState("");
  const [cause, setCause] = useState("");
  const [failure, setFailure] = useState<unknown>();
  const stop = async () => {
    try {
      await call("StopExecution", { executionArn: execution.executionArn, error: error || undefined, cause: cause || undefined });
      await client.invalidateQueries({ queryKey: ["execution", execution.executionArn] });
      onClose();
    } catch (caught) {
      setFailure(caught);
    }
  };
  return (
    <Dialog title={`Stop ${execution.name}?`} onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          void stop();
        }}
      >
        <p>It ends as “Aborted”. What waits is given up, and jobs that it waits for are cancelled if their service can. It can be redriven later.</p>
        <label className="field">
          Error (optional)
          <input value={error} onChange={(event) => setError(event.target.value)} maxLength={256} />
        </label>
        <label className="field">
          Cause (optional)
          <input value={cause} onChange={(event) => setCause(event.target.value)} />
        </label>
        {failure !== undefined && <ErrorNote error={failure} />}
        <div className="buttons">
          <button type="submit" className="button danger">
            Stop execution
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
