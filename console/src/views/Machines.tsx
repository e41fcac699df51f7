import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { read } from "../api/client";
import { allMachines } from "../api/pages";
import type { MachineOverview, Overview, StateMachineItem } from "../api/types";
import { count } from "../format/number";
import { duration } from "../format/time";
import { useChanges } from "../live/changes";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { StatusIcon } from "../ui/status";
import { Moment } from "../ui/time";
import { Outcomes } from "./Outcomes";

/** The list of state machines, with what the last hour was like. */
export function Machines() {
  const { q = "" } = useSearch({ from: "/state-machines" });
  const navigate = useNavigate();
  const refresh = useChanges(["overview"]);
  const machines = useQuery({ queryKey: ["machines"], queryFn: ({ signal }) => allMachines(signal) });
  const overview = useQuery({ queryKey: ["overview"], queryFn: ({ signal }) => read<Overview>("overview", signal), retry: false, refetchInterval: refresh && 10_000 });
  const about = new Map(overview.data?.byMachine.map((m) => [m.stateMachineArn, m]));
  const found = machines.data?.filter((m) => m.name.toLowerCase().includes(q.toLowerCase())) ?? [];

  return (
    <div className="page">
      <h1>State machines</h1>
      {machines.error && <ErrorNote error={machines.error} />}
      {machines.isPending && <Loading what="state machines" />}
      {machines.data && machines.data.length === 0 && <NoMachines />}
      {machines.data && machines.data.length > 0 && (
        <>
          <div className="filters">
            <input
              type="search"
              className="search-field"
              value={q}
              aria-label="Search state machines by name"
              placeholder="Search by name"
              onChange={(event) => void navigate({ to: "/state-machines", search: { q: event.target.value || undefined }, replace: true })}
            />
            <span className="quiet" role="status">
              {count(found.length)} of {count(machines.data.length)}
            </span>
          </div>
          <MachineTable machines={found} about={about} known={overview.data !== undefined} />
        </>
      )}
    </div>
  );
}

function MachineTable({ machines, about, known }: { machines: StateMachineItem[]; about: Map<string, MachineOverview>; known: boolean }) {
  return (
    <div className="plain-table-scroll" tabIndex={0} role="region" aria-label="State machines">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            {known && (
              <>
                <th scope="col">Running</th>
                <th scope="col">Last hour</th>
                <th scope="col">Failed</th>
                <th scope="col">Half within · 95 % within</th>
              </>
            )}
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <tr key={machine.stateMachineArn}>
              <th scope="row">
                <Link to="/state-machines/$arn/$tab" params={{ arn: machine.stateMachineArn, tab: "executions" }}>
                  {machine.name}
                </Link>
              </th>
              <td>{machine.type === "STANDARD" ? "Standard" : "Express"}</td>
              {known && <Numbers about={about.get(machine.stateMachineArn)} />}
              <td>
                <Moment millis={machine.creationDate * 1000} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Numbers({ about }: { about?: MachineOverview }) {
  if (!about) return <td colSpan={4} className="quiet">nothing ran</td>;
  const bad = about.failed + about.timedOut;
  const closed = bad + about.succeeded + about.aborted;
  return (
    <>
      <td className="number">{about.running > 0 ? <><StatusIcon status="running" /> {count(about.running)}</> : "–"}</td>
      <td>
        <Outcomes recent={about.recent} />
      </td>
      <td className="number">{closed > 0 ? `${Math.round((bad / closed) * 1000) / 10} %` : "–"}</td>
      <td className="number">{closed > 0 ? `${duration(about.p50Millis)} · ${duration(about.p95Millis)}` : "–"}</td>
    </>
  );
}

function NoMachines() {
  return (
    <Empty icon="machine" title="No state machines yet">
      <p>A state machine is a workflow written in Amazon States Language. The example brings one, with functions that run on this machine:</p>
      <pre>cogstep dev examples/order-pipeline/template.yaml --start OrderPipeline --input @examples/order-pipeline/events/accepted.json</pre>
      <p>Your own: point the AWS CLI, an SDK, Terraform, CDK or SAM at this server, and create it as on AWS.</p>
    </Empty>
  );
}
