import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { isNotServed } from "../api/advice";
import { read } from "../api/client";
import { allMachines } from "../api/pages";
import type { Overview, ServerInfo, StateMachineItem } from "../api/types";
import { useExecutions } from "../api/useExecutions";
import { machineName } from "../format/arn";
import { causeMessage } from "../format/json";
import { bytes, count } from "../format/number";
import { duration } from "../format/time";
import { useChanges } from "../live/changes";
import { Fact, Facts } from "../ui/controls";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { StatusBadge } from "../ui/status";
import { Ago } from "../ui/time";
import { Outcomes } from "./Outcomes";

/** What runs, what failed, what is slow, and how the server is. */
export function Home() {
  const refresh = useChanges(["overview", "executions"]);
  const machines = useQuery({ queryKey: ["machines"], queryFn: ({ signal }) => allMachines(signal), refetchInterval: 10_000 });
  const overview = useQuery({ queryKey: ["overview"], queryFn: ({ signal }) => read<Overview>("overview", signal), retry: false, refetchInterval: 10_000 });
  const server = useQuery({ queryKey: ["server"], queryFn: ({ signal }) => read<ServerInfo>("server", signal), retry: false, staleTime: Infinity });
  const failure = machines.error ?? (isNotServed(overview.error) ? null : overview.error);

  return (
    <div className="page">
      <h1>Home</h1>
      {failure && <ErrorNote error={failure} />}
      {machines.isPending && <Loading what="what is here" />}
      {machines.data?.length === 0 && <Welcome />}
      {machines.data && machines.data.length > 0 && (
        <div className="home">
          {overview.data && <LastHour overview={overview.data} />}
          <Recent machines={machines.data} refresh={refresh} />
          {overview.data && <Failures overview={overview.data} />}
          {overview.data && <Slow overview={overview.data} />}
          {overview.data && <Health overview={overview.data} server={server.data} />}
        </div>
      )}
    </div>
  );
}

function Welcome() {
  return (
    <Empty icon="home" title="Nothing is here yet">
      <p>Cogstep runs state machines as AWS Step Functions does. See one at work in a minute:</p>
      <pre>cogstep dev examples/order-pipeline/template.yaml --start OrderPipeline --input @examples/order-pipeline/events/accepted.json</pre>
      <p>Or point your own tools at this server: the AWS CLI, an SDK, Terraform, CDK and SAM work as they are.</p>
    </Empty>
  );
}

function LastHour({ overview }: { overview: Overview }) {
  const sum = (of: "started" | "succeeded" | "failed" | "timedOut" | "aborted") => overview.byMachine.reduce((total, m) => total + m[of], 0);
  const cells = [
    ["Running now", overview.running, "running"],
    ["Succeeded", sum("succeeded"), "succeeded"],
    ["Failed", sum("failed") + sum("timedOut"), "failed"],
    ["Aborted", sum("aborted"), "aborted"],
  ] as const;
  return (
    <section className="card wide" aria-labelledby="last-hour">
      <h2 id="last-hour">Last hour</h2>
      <div className="figures">
        {cells.map(([name, value, status]) => (
          <div key={name} className={`figure is-${status}`}>
            <strong>{count(value)}</strong>
            <span>{name}</span>
          </div>
        ))}
      </div>
      <ul className="lines">
        {overview.byMachine.map((m) => (
          <li key={m.stateMachineArn}>
            <Link to="/state-machines/$arn/$tab" params={{ arn: m.stateMachineArn, tab: "executions" }}>
              {m.name}
            </Link>
            <Outcomes recent={m.recent} />
            <span className="quiet">
              {count(m.started)} started · half within {duration(m.p50Millis)} · 95 % within {duration(m.p95Millis)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** At most this many state machines are asked for their newest executions. */
const mostSources = 20;
const mostRecent = 10;

function Recent({ machines, refresh }: { machines: StateMachineItem[]; refresh: number | false }) {
  const filters = useMemo(
    () => machines.filter((m) => m.type === "STANDARD").slice(0, mostSources).map(({ stateMachineArn }) => ({ stateMachineArn })),
    [machines],
  );
  const { rows, reading, error } = useExecutions(filters, refresh);
  return (
    <section className="card wide" aria-labelledby="recent">
      <h2 id="recent">Newest executions</h2>
      {error && <ErrorNote error={error} />}
      {rows.length === 0 && !reading && (
        <p>
          Nothing ran yet. Start one:{" "}
          {machines.slice(0, 3).map((m) => (
            <Link key={m.stateMachineArn} className="button" to="/state-machines/$arn/$tab" params={{ arn: m.stateMachineArn, tab: "executions" }}>
              {m.name}
            </Link>
          ))}
        </p>
      )}
      <ul className="lines">
        {rows.slice(0, mostRecent).map((row) => (
          <li key={row.executionArn}>
            <StatusBadge status={row.status} />
            <Link to="/executions/$arn/$view" params={{ arn: row.executionArn, view: "graph" }} className="clip">
              {row.name}
            </Link>
            <span className="quiet">
              {machineName(row.stateMachineArn)} · <Ago millis={row.startDate * 1000} />
              {row.stopDate !== undefined && ` · ${duration((row.stopDate - row.startDate) * 1000)}`}
            </span>
          </li>
        ))}
      </ul>
      {rows.length > mostRecent && <Link to="/executions">All executions</Link>}
    </section>
  );
}

function Failures({ overview }: { overview: Overview }) {
  return (
    <section className="card" aria-labelledby="failures">
      <h2 id="failures">Failures by error</h2>
      {overview.failures.length === 0 && <p className="quiet">Nothing failed in the last hour.</p>}
      <ul className="lines">
        {overview.failures.map((f) => (
          <li key={`${f.stateMachineArn} ${f.error}`}>
            <span className="number">{count(f.count)} ×</span>
            <Link to="/executions/$arn/$view" params={{ arn: f.last, view: "graph" }}>
              {f.error || "without a name"}
            </Link>
            <span className="quiet clip" title={f.cause}>
              {machineName(f.stateMachineArn)} · {causeMessage(f.cause)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Slow({ overview }: { overview: Overview }) {
  return (
    <section className="card" aria-labelledby="slow">
      <h2 id="slow">Slowest states</h2>
      {overview.slowestStates.length === 0 && <p className="quiet">No state ended in the last hour.</p>}
      <ul className="lines">
        {overview.slowestStates.map((s) => (
          <li key={`${s.stateMachineArn} ${s.state}`}>
            <span className="number">{duration(s.p95Millis)}</span>
            <Link to="/state-machines/$arn/$tab" params={{ arn: s.stateMachineArn, tab: "definition" }} search={{ state: s.state }}>
              {s.state}
            </Link>
            <span className="quiet">
              {machineName(s.stateMachineArn)} · {count(s.count)} times
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Health({ overview: { health }, server }: { overview: Overview; server?: ServerInfo }) {
  return (
    <section className="card wide" aria-labelledby="health">
      <h2 id="health">Server</h2>
      <Facts>
        <Fact name="Commit, 99 % within">{health.commitP99Millis < 1 ? `${health.commitP99Millis.toFixed(2)} ms` : duration(health.commitP99Millis)}</Fact>
        <Fact name="Queued">{count(health.queued)}</Fact>
        {health.diskBytes !== undefined && <Fact name="On disk">{bytes(health.diskBytes)}</Fact>}
        {server && (
          <>
            <Fact name="Data">{server.durable ? "kept on disk" : "in memory, gone at the end"}</Fact>
            <Fact name="Version">{server.version}</Fact>
            <Fact name="Region · account">{`${server.region} · ${server.account}`}</Fact>
          </>
        )}
      </Facts>
    </section>
  );
}
