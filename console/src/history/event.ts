/** One history event in the API's form. `timestamp` is in seconds; at most one member ends in EventDetails. */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  type: string;
  timestamp: number;
  [member: string]: unknown;
}

/** What stands in the details of any event; each type has some of these. */
export interface Details {
  name?: string;
  index?: number;
  length?: number;
  state?: string;
  location?: string;
  input?: string;
  output?: string;
  parameters?: string;
  resource?: string;
  resourceType?: string;
  timeoutInSeconds?: number;
  heartbeatInSeconds?: number;
  error?: string;
  cause?: string;
  workerName?: string;
  mapRunArn?: string;
  redriveCount?: number;
  assignedVariables?: Record<string, string>;
}

const none: Details = {};

/** The details of an event, whatever its type. */
export function detailsOf(event: HistoryEvent): Details {
  for (const key in event) {
    if (key.endsWith("EventDetails")) return (event[key] as Details | undefined) ?? none;
  }
  return none;
}

/** What an event tells about, for filters and colours. */
export type EventKind = "execution" | "entered" | "exited" | "scheduled" | "progress" | "succeeded" | "failed" | "aborted";

/** The end of an event type's name says what kind it is; the first that fits counts. */
const endings: [RegExp, EventKind][] = [
  [/^Execution(Started|Succeeded|Redriven)$/, "execution"],
  [/(Failed|TimedOut)$/, "failed"],
  [/Aborted$/, "aborted"],
  [/StateEntered$/, "entered"],
  [/StateExited$/, "exited"],
  [/Scheduled$/, "scheduled"],
  [/Succeeded$/, "succeeded"],
];

/** The kind of an event type. */
export function kindOf(type: string): EventKind {
  for (const [pattern, kind] of endings) if (pattern.test(type)) return kind;
  return "progress";
}
