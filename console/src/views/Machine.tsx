import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { call } from "../api/client";
import { useExecutions } from "../api/useExecutions";
import { machineArn, machineName, qualifier } from "../format/arn";
import { useChanges } from "../live/changes";
import { machineTabs } from "./names";
import { Copy } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { DefinitionTab } from "./DefinitionTab";
import { ExecutionTable } from "./ExecutionTable";
import { StartDialog } from "./StartDialog";
import { StatusFilter } from "./StatusFilter";
import { Aliases, Versions } from "./Versions";

const titles: Record<(typeof machineTabs)[number], string> = {
  executions: "Executions", definition: "Definition", versions: "Versions", aliases: "Aliases",
};

/** One state machine. */
export function Machine() {
  const { arn, tab } = useParams({ from: "/state-machines/$arn/$tab" });
  const [starting, setStarting] = useState(false);
  const machine = useQuery({ queryKey: ["machine", arn], queryFn: ({ signal }) => call("DescribeStateMachine", { stateMachineArn: arn }, signal) });
  const version = qualifier(arn);

  return (
    <div className="page fill">
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/state-machines">State machines</Link>
        {version && (
          <Link to="/state-machines/$arn/$tab" params={{ arn: machineArn(arn), tab: "versions" }}>
            {machineName(arn)}
          </Link>
        )}
      </nav>
      <header className="page-head">
        <div>
          <h1>{version ? `${machineName(arn)}, version ${version}` : machineName(arn)}</h1>
          <p className="quiet arn">
            {machine.data && (machine.data.type === "STANDARD" ? "Standard · " : "Express · ")}
            <code>{arn}</code>
            <Copy text={arn} name="ARN" />
          </p>
        </div>
        <button type="button" className="button primary" onClick={() => setStarting(true)}>
          <Icon name="play" /> Start execution
        </button>
      </header>
      <nav className="tabs" aria-label="State machine">
        {machineTabs.map((name) => (
          <Link key={name} to="/state-machines/$arn/$tab" params={{ arn, tab: name }} className="tab" aria-current={tab === name ? "page" : undefined}>
            {titles[name]}
          </Link>
        ))}
      </nav>
      {machine.error && <ErrorNote error={machine.error} />}
      {machine.isPending && <Loading what="the state machine" />}
      {machine.data && tab === "executions" && <ExecutionsTab arn={arn} express={machine.data.type === "EXPRESS"} onStart={() => setStarting(true)} />}
      {machine.data && tab === "definition" && <DefinitionTab key={arn} machine={machine.data} editable={!version} />}
      {tab === "versions" && <Versions arn={machineArn(arn)} />}
      {tab === "aliases" && <Aliases arn={machineArn(arn)} />}
      {starting && <StartDialog arn={arn} onClose={() => setStarting(false)} />}
    </div>
  );
}

function ExecutionsTab({ arn, express, onStart }: { arn: string; express: boolean; onStart: () => void }) {
  const { status } = useSearch({ from: "/state-machines/$arn/$tab" });
  const navigate = useNavigate();
  const refresh = useChanges(["executions"]);
  const filters = useMemo(() => (express ? [] : [{ stateMachineArn: arn, status }]), [arn, express, status]);
  const list = useExecutions(filters, refresh);
  if (express) {
    return (
      <Empty icon="execution" title="Express executions are not kept in a list">
        <p>They report to the execution log. Searching on the Executions page finds those that the server still remembers.</p>
        <button type="button" className="button primary" onClick={onStart}>
          Start one
        </button>
      </Empty>
    );
  }
  return (
    <>
      <div className="filters">
        <StatusFilter
          value={status}
          onChange={(next) => void navigate({ to: "/state-machines/$arn/$tab", params: { arn, tab: "executions" }, search: { status: next }, replace: true })}
        />
      </div>
      {list.error ? (
        <ErrorNote error={list.error} />
      ) : (
        <ExecutionTable
          rows={list.rows}
          more={list.more}
          reading={list.reading}
          showMachine={false}
          empty={
            <Empty icon="execution" title={status ? "No execution has this status" : "It has not run yet"}>
              <p>Start an execution and watch it go from state to state.</p>
              <button type="button" className="button primary" onClick={onStart}>
                Start execution
              </button>
            </Empty>
          }
        />
      )}
    </>
  );
}
