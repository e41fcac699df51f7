import type { ExecutionStatus } from "../api/types";
import { executionStatuses, StatusIcon, statusLabel } from "../ui/status";

/** Chooses one status, or all. */
export function StatusFilter({ value, onChange }: { value?: ExecutionStatus; onChange: (status?: ExecutionStatus) => void }) {
  return (
    <div className="chips" role="group" aria-label="Status">
      <button type="button" className="chip" aria-pressed={value === undefined} onClick={() => onChange(undefined)}>
        All
      </button>
      {executionStatuses.map((status) => (
        <button key={status} type="button" className="chip" aria-pressed={value === status} onClick={() => onChange(status)}>
          <StatusIcon status={status} />
          {statusLabel(status)}
        </button>
      ))}
    </div>
  );
}
