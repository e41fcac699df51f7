// The shapes of the Step Functions API that the console reads. Dates are seconds since 1970, with a fraction.

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";

export interface StateMachineItem {
  stateMachineArn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  creationDate: number;
}

export interface StateMachine extends StateMachineItem {
  status?: "ACTIVE" | "DELETING";
  definition: string;
  roleArn: string;
  description?: string;
  revisionId?: string;
  label?: string;
  loggingConfiguration?: { level?: string; includeExecutionData?: boolean };
}

/** What DescribeStateMachineForExecution answers: the definition as that execution uses it. */
export interface StateMachineOfExecution {
  stateMachineArn: string;
  name: string;
  definition: string;
  mapRunArn?: string;
  label?: string;
}

export interface ExecutionItem {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate?: number;
  mapRunArn?: string;
  itemCount?: number;
  stateMachineVersionArn?: string;
  stateMachineAliasArn?: string;
  redriveCount?: number;
  redriveDate?: number;
}

export interface Execution extends ExecutionItem {
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveStatus?: "REDRIVABLE" | "NOT_REDRIVABLE" | "REDRIVABLE_BY_MAP_RUN";
  redriveStatusReason?: string;
}

export interface Version {
  stateMachineVersionArn: string;
  creationDate: number;
}

export interface AliasItem {
  stateMachineAliasArn: string;
  creationDate: number;
}

export interface Alias extends AliasItem {
  name: string;
  description?: string;
  updateDate?: number;
  routingConfiguration: { stateMachineVersionArn: string; weight: number }[];
}

export interface MapRunItem {
  executionArn: string;
  mapRunArn: string;
  stateMachineArn: string;
  startDate: number;
  stopDate?: number;
}

export interface MapRunCounts {
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  total: number;
  resultsWritten: number;
}

export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  startDate: number;
  stopDate?: number;
  maxConcurrency: number;
  toleratedFailurePercentage: number;
  toleratedFailureCount: number;
  itemCounts: MapRunCounts;
  executionCounts: MapRunCounts;
  redriveCount?: number;
}

export interface Diagnostic {
  severity: "ERROR" | "WARNING";
  code: string;
  message: string;
  location?: string;
}

/** Answers of the console's own API, /console/api. */
export interface ServerInfo {
  version: string;
  account: string;
  region: string;
  url: string;
  durable: boolean;
  throttles: boolean;
}

export interface PendingTask {
  executionArn: string;
  stateMachineArn: string;
  state: string;
  resource: string;
  scheduledAt: number;
  startedAt?: number;
  heartbeatSeconds?: number;
  timeoutAt?: number;
  taskToken: string;
  input: string;
  activityArn?: string;
}

export interface FoundExecution extends ExecutionItem {
  where?: string[];
  excerpt?: string;
}

export interface Found {
  executions: FoundExecution[];
  truncated: boolean;
  scanned: number;
}

export interface MachineOverview {
  stateMachineArn: string;
  name: string;
  running: number;
  started: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
  p50Millis: number;
  p95Millis: number;
  recent: { at: number; succeeded: number; failed: number }[];
}

export interface Overview {
  running: number;
  byMachine: MachineOverview[];
  failures: { error: string; stateMachineArn: string; count: number; last: string; cause: string }[];
  slowestStates: { stateMachineArn: string; state: string; p95Millis: number; count: number }[];
  health: { commitP99Millis: number; queued: number; diskBytes?: number };
}
