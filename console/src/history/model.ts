import type { HistoryEvent } from "./event";

/** How something in an execution stands. `caught`: it failed, and a catcher took over. */
export type Status = "running" | "succeeded" | "failed" | "caught" | "timedOut" | "aborted";

/** One attempt at a task. Times are milliseconds since 1970. */
export interface Attempt {
  /** 1 is the first. */
  number: number;
  scheduledId: number;
  scheduledAt: number;
  startedAt?: number;
  submittedAt?: number;
  endedAt?: number;
  status: Status;
  resource: string;
  resourceType?: string;
  parameters?: string;
  output?: string;
  error?: string;
  cause?: string;
  worker?: string;
}

/** One visit of the execution in one state, from its StateEntered event on. */
export interface Visit {
  /** The id of the StateEntered event. */
  id: number;
  name: string;
  /** The state's type: Task, Choice, … */
  type: string;
  /** Where it happened: at the top, in a branch or in an iteration. */
  frame: Frame;
  /** How many visits of the same state in the same frame came before. */
  ordinal: number;
  status: Status;
  enteredAt: number;
  /** When it was left, or when the execution ended in it. */
  endedAt?: number;
  /** Whether its StateExited event was seen. */
  exited: boolean;
  input?: string;
  output?: string;
  /** Variables that it assigned: name → JSON text. */
  assigned?: Record<string, string>;
  error?: string;
  cause?: string;
  /** For an expression that failed: the field it stands in. */
  location?: string;
  attempts: Attempt[];
  /** Branches of a Parallel, iterations of a Map, in order of their start. */
  frames: Frame[];
  /** How often the branches or iterations were begun: retries of a container. */
  rounds: number;
  /** Number of items, for a Map. */
  items?: number;
  mapRunArn?: string;
  /** Events of this visit, not those of states inside. */
  events: HistoryEvent[];
}

/** A run through one level of states. */
export interface Frame {
  /** The event that began it: 0 at the top, MapIterationStarted for an iteration, the first StateEntered for a branch. */
  id: number;
  kind: "top" | "branch" | "iteration";
  /** The Parallel or Map that it belongs to; none at the top. */
  owner?: Visit;
  /** Position of the iteration, or of the branch in order of its start; 0 is the first. */
  index: number;
  /** The container's round that it belongs to; 1 is the first. */
  round: number;
  status: Status;
  startedAt: number;
  endedAt?: number;
  visits: Visit[];
}

/** An execution as its history tells it. */
export interface Model {
  events: HistoryEvent[];
  top: Frame;
  /** In order of their StateEntered events. */
  visits: Visit[];
  /** By event id: the visit that an event belongs to. */
  visitOf: (Visit | undefined)[];
  /** By event id: the iteration that an event begins, goes on with or ends. */
  iterationOf: (Frame | undefined)[];
  /** undefined: no event yet. */
  status?: Status;
  startedAt: number;
  endedAt?: number;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  /** The visit in which the execution failed. */
  failedIn?: Visit;
  redrives: { id: number; at: number }[];
  /** State transitions: visits and repeated attempts. */
  transitions: number;
  versionArn?: string;
  aliasArn?: string;
}

/** The visits that enclose a visit, outermost first. */
export function enclosing(visit: Visit): Visit[] {
  const path: Visit[] = [];
  for (let owner = visit.frame.owner; owner; owner = owner.frame.owner) path.unshift(owner);
  return path;
}

/** The executions that a visit started by calling Step Functions itself, by their ARNs. */
export function childrenOf(visit: Visit): string[] {
  const found = new Set<string>();
  for (const { resourceType, output } of visit.attempts) {
    if (resourceType !== "states" || output === undefined) continue;
    for (const [, arn] of output.matchAll(/"[eE]xecutionArn"\s*:\s*"(arn:[^"]+)"/g)) found.add(arn!);
  }
  return [...found];
}

/** How long something took, or takes until now; milliseconds. */
export function took(span: { enteredAt: number; endedAt?: number }, now: number): number {
  return (span.endedAt ?? Math.max(now, span.enteredAt)) - span.enteredAt;
}
