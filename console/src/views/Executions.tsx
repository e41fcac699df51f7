import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { isNotServed } from "../api/advice";
import { read } from "../api/client";
import { allMachines } from "../api/pages";
import type { Found } from "../api/types";
import { useExecutions } from "../api/useExecutions";
import { count } from "../format/number";
import { useChanges } from "../live/changes";
import { Empty, ErrorNote, Loading } from "../ui/notes";
import { statusLabel } from "../ui/status";
import { ExecutionTable } from "./ExecutionTable";
import { StatusFilter } from "./StatusFilter";

/** Executions of all state machines, or of one, with search in what they contain. */
export function Executions() {
  const { q, status, machine } = useSearch({ from: "/executions" });
  const navigate = useNavigate();
  const refresh = useChanges(["executions", "search"]);
  const machines = useQuery({ queryKey: ["machines"], queryFn: ({ signal }) => allMachines(signal) });
  const standard = useMemo(() => machines.data?.filter((m) => m.type === "STANDARD") ?? [], [machines.data]);
  const filters = useMemo(
    () => standard.filter((m) => !machine || m.stateMachineArn === machine).map(({ stateMachineArn }) => ({ stateMachineArn, status })),
    [standard, machine, status],
  );
  const list = useExecutions(filters, refresh);
  const search = useQuery({
    queryKey: ["search", q, machine, status],
    enabled: q !== undefined,
    retry: false,
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ q: q ?? "", in: "name,input,output,error" });
      if (machine) query.set("machine", machine);
      if (status) query.set("status", status);
      return read<Found>(`search?${query}`, signal);
    },
  });
  // Without the server's search, what was read so far is searched by name.
  const byName = q !== undefined && isNotServed(search.error);
  const rows = q === undefined ? list.rows : byName ? list.rows.filter((row) => row.name.includes(q)) : (search.data?.executions ?? []);
  const failure = machines.error ?? list.error ?? (byName ? null : search.error);
  const set = (change: { q?: string; status?: typeof status; machine?: string }) =>
    void navigate({ to: "/executions", search: { q, status, machine, ...change }, replace: true });

  return (
    <div className="page fill">
      <h1>Executions</h1>
      <div className="filters">
        <SearchField key={q ?? ""} q={q ?? ""} onSearch={(text) => set({ q: text || undefined })} />
        <label className="field-inline">
          State machine
          <select value={machine ?? ""} onChange={(event) => set({ machine: event.target.value || undefined })}>
            <option value="">All</option>
            {standard.map((m) => (
              <option key={m.stateMachineArn} value={m.stateMachineArn}>
                {m.name}
              </option>
            ))}
          </select>
        </label>
        <StatusFilter value={status} onChange={(next) => set({ status: next })} />
      </div>
      {failure && <ErrorNote error={failure} />}
      {byName && <p className="hint">This server does not search inside of executions; these are the loaded ones with “{q}” in their name.</p>}
      {search.data?.truncated && <p className="hint">There are more: the search looked at {count(search.data.scanned)} executions. Narrow it down.</p>}
      {!failure && (machines.isPending || (q !== undefined && search.isLoading)) && <Loading what="executions" />}
      {!failure && machines.data && !(q !== undefined && search.isLoading) && (
        <ExecutionTable
          rows={rows}
          more={q === undefined || byName ? list.more : undefined}
          reading={q === undefined && filters.length > 0 && list.reading}
          showMachine={!machine}
          empty={<NoExecutions filtered={q !== undefined || status !== undefined} status={status && statusLabel(status)} onClear={() => set({ q: undefined, status: undefined })} />}
        />
      )}
    </div>
  );
}

function SearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [text, setText] = useState(q);
  return (
    <form
      className="search-field"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <input
        type="search"
        value={text}
        aria-label="Name, input, output or error"
        placeholder="Name, input, output or error"
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === "") onSearch("");
        }}
      />
      <button type="submit" className="button">
        Search
      </button>
    </form>
  );
}

function NoExecutions({ filtered, status, onClear }: { filtered: boolean; status?: string; onClear: () => void }) {
  if (filtered) {
    return (
      <Empty icon="search" title={status ? `No execution is “${status}” here` : "Nothing found"}>
        <button type="button" className="button" onClick={onClear}>
          Show all
        </button>
      </Empty>
    );
  }
  return (
    <Empty icon="execution" title="No executions yet">
      <p>An execution is one run of a state machine. Start one on a state machine’s page, or from the shell:</p>
      <pre>aws stepfunctions start-execution --state-machine-arn ARN --input '{"{}"}'</pre>
    </Empty>
  );
}
