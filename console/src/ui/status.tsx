import type { ExecutionStatus } from "../api/types";
import type { Status } from "../history/model";
import { Icon, type IconName } from "./icons";

/** Everything that has a colour in the console: what it is called, its icon. Colour never stands alone. */
const looks: Record<Status | "pending", { label: string; icon: IconName }> = {
  running: { label: "Running", icon: "running" },
  succeeded: { label: "Succeeded", icon: "check" },
  failed: { label: "Failed", icon: "cross" },
  caught: { label: "Caught error", icon: "shield" },
  timedOut: { label: "Timed out", icon: "clock" },
  aborted: { label: "Aborted", icon: "stop" },
  pending: { label: "Pending redrive", icon: "again" },
};

const fromApi: Record<ExecutionStatus, Status | "pending"> = {
  RUNNING: "running", SUCCEEDED: "succeeded", FAILED: "failed", TIMED_OUT: "timedOut", ABORTED: "aborted", PENDING_REDRIVE: "pending",
};

export type AnyStatus = Status | ExecutionStatus;

/** The console's word for a status of the API or of a history. */
export const statusKey = (status: AnyStatus): Status | "pending" => fromApi[status as ExecutionStatus] ?? (status as Status);

export const statusLabel = (status: AnyStatus): string => looks[statusKey(status)].label;

export function StatusIcon({ status, size = 14 }: { status: AnyStatus; size?: number }) {
  const key = statusKey(status);
  return <Icon name={looks[key].icon} size={size} className={`status-icon is-${key}`} />;
}

export function StatusBadge({ status }: { status: AnyStatus }) {
  const key = statusKey(status);
  return (
    <span className={`badge is-${key}`}>
      <StatusIcon status={status} />
      {looks[key].label}
    </span>
  );
}

/** The statuses that lists are filtered by. */
export const executionStatuses: ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
