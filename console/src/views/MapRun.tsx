import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { call } from "../api/client";
import type { MapRun as MapRunType } from "../api/types";
import { useExecutions } from "../api/useExecutions";
import { executionName } from "../format/arn";
import { count } from "../format/number";
import { duration } from "../format/time";
import { useNow } from "../live/now";
import { Copy, Fact, Facts } from "../ui/controls";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { StatusBadge, StatusIcon, statusLabel } from "../ui/status";
import { ExecutionTable } from "./ExecutionTable";
import { StatusFilter } from "./StatusFilter";

const pollMillis = 2000;

/** One run of a Distributed Map: how far its items are, and its child executions. */
export function MapRun() {
  const { arn } = useParams({ from: "/map-runs/$arn/executions" });
  const { status } = useSearch({ from: "/map-runs/$arn/executions" });
  const navigate = useNavigate();
  const run = useQuery({
    queryKey: ["mapRun", arn],
    queryFn: ({ signal }) => call("DescribeMapRun", { mapRunArn: arn }, signal),
    refetchInterval: (query) => (query.state.data?.status === "RUNNING" ? pollMillis : false),
  });
  const filters = useMemo(() => [{ mapRunArn: arn, status }], [arn, status]);
  const list = useExecutions(filters, run.data?.status === "RUNNING" ? pollMillis : false);
  return (
    <div className="page fill">
      <nav className="crumbs" aria-label="Where this is">
        <Link to="/executions">Executions</Link>
        {run.data && (
          <Link to="/executions/$arn/$view" params={{ arn: run.data.executionArn, view: "graph" }}>
            {executionName(run.data.executionArn)}
          </Link>
        )}
      </nav>
      <header className="page-head">
        <div>
          <h1>Map run</h1>
          <p className="quiet arn">
            {run.data && <StatusBadge status={run.data.status} />} <code>{arn}</code>
            <Copy text={arn} name="ARN" />
          </p>
        </div>
      </header>
      {run.error && <ErrorNote error={run.error} />}
      {run.isPending && <Loading what="the map run" />}
      {run.data && <Progress run={run.data} />}
      {run.data && <Limits key={run.data.status} run={run.data} />}
      <div className="filters">
        <StatusFilter
          value={status}
          onChange={(next) => void navigate({ to: "/map-runs/$arn/executions", params: { arn }, search: { status: next }, replace: true })}
        />
      </div>
      {list.error ? (
        <ErrorNote error={list.error} />
      ) : (
        <ExecutionTable rows={list.rows} more={list.more} reading={list.reading} showMachine={false} empty={<Empty icon="execution" title="No child execution has this status" />} />
      )}
    </div>
  );
}

const parts = [
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["timedOut", "timedOut"],
  ["aborted", "aborted"],
  ["running", "running"],
] as const;

function Progress({ run }: { run: MapRunType }) {
  const now = useNow(run.status === "RUNNING");
  const items = run.itemCounts;
  const seconds = (run.stopDate ?? now / 1000) - run.startDate;
  const done = items.succeeded + items.failed + items.timedOut + items.aborted;
  return (
    <section className="card" aria-label="Items">
      <div className="progress" role="img" aria-label={`${done} of ${items.total} items done`}>
        {parts.map(([key, status]) => items[key] > 0 && <span key={key} className={`part is-${status}`} style={{ flexGrow: items[key] }} />)}
        {items.pending > 0 && <span className="part" style={{ flexGrow: items.pending }} />}
      </div>
      <Facts>
        <Fact name="Items">{count(items.total)}</Fact>
        <Fact name="Pending">{count(items.pending)}</Fact>
        {parts.map(([key, status]) => (
          <Fact key={key} name={statusLabel(status)}>
            <StatusIcon status={status} /> {count(items[key])}
          </Fact>
        ))}
        <Fact name="Rate">{seconds > 0 ? `${count(Math.round(done / seconds))} / s` : "–"}</Fact>
        <Fact name="Duration">{duration(seconds * 1000)}</Fact>
        <Fact name="Child executions">{count(run.executionCounts.total)}</Fact>
      </Facts>
    </section>
  );
}

/** Concurrency and tolerated failures; while it runs, they can be changed. */
function Limits({ run }: { run: MapRunType }) {
  const client = useQueryClient();
  const [values, setValues] = useState({
    maxConcurrency: run.maxConcurrency, toleratedFailureCount: run.toleratedFailureCount, toleratedFailurePercentage: run.toleratedFailurePercentage,
  });
  const [failure, setFailure] = useState<unknown>();
  const running = run.status === "RUNNING";
  const save = async () => {
    try {
      setFailure(undefined);
      await call("UpdateMapRun", { mapRunArn: run.mapRunArn, ...values });
      await client.invalidateQueries({ queryKey: ["mapRun", run.mapRunArn] });
    } catch (error) {
      setFailure(error);
    }
  };
  const fields = [
    ["maxConcurrency", "Concurrency at most (0: no limit)"],
    ["toleratedFailureCount", "Tolerated failures"],
    ["toleratedFailurePercentage", "Tolerated failures, %"],
  ] as const;
  return (
    <form
      className="field-row"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {fields.map(([key, label]) => (
        <label key={key} className="field">
          {label}
          <input type="number" min={0} step={key === "toleratedFailurePercentage" ? "any" : 1} value={values[key]} disabled={!running} onChange={(event) => setValues({ ...values, [key]: Number(event.target.value) })} />
        </label>
      ))}
      {running && (
        <button type="submit" className="button">
          Change
        </button>
      )}
      {failure !== undefined && <ErrorNote error={failure} />}
    </form>
  );
}
