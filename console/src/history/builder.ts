import { detailsOf, type Details, type HistoryEvent } from "./event";
import type { Attempt, Frame, Model, Status, Visit } from "./model";

/**
 * Builder reads a history from its first event on and keeps the model of what it has read.
 *
 * An event says what came before it (previousEventId), not where it belongs. So every event gets a seat, the visit that it
 * belongs to, and the next one is seated by climbing from there: towards the visit whose name or kind fits. Three kinds of
 * events need a guess, because history leaves out what they belong to: TaskStateAborted, WaitStateAborted and what follows
 * ExecutionRedriven. Their guesses stay inside the container that failed, or among what was interrupted.
 *
 * Appending costs in proportion to what is appended.
 */
export class Builder {
  readonly model: Model = {
    events: [],
    top: { id: 0, kind: "top", index: 0, round: 1, status: "running", startedAt: 0, visits: [] },
    visits: [],
    visitOf: [],
    iterationOf: [],
    startedAt: 0,
    redrives: [],
    transitions: 0,
  };

  /** Visits without a StateExited event. */
  private readonly open = new Set<Visit>();
  /** Containers that have succeeded or failed, but were not left yet. */
  private readonly settled = new Set<Visit>();
  /** Visits that a redrive may take up again. */
  private interrupted: Visit[] = [];
  private readonly visitsByName = new Map<Frame, Map<string, number>>();

  /** The id of the last event that was read. */
  get lastId(): number {
    return this.model.events.at(-1)?.id ?? 0;
  }

  /** Reads more events, in ascending order of ids; those already read are passed over. Tells whether there was a new one. */
  append(events: readonly HistoryEvent[]): boolean {
    let changed = false;
    for (const event of events) {
      if (event.id <= this.lastId) continue;
      changed = true;
      this.model.events.push(event);
      this.read(event, detailsOf(event), event.timestamp * 1000);
    }
    return changed;
  }

  private read(event: HistoryEvent, details: Details, at: number): void {
    const { type } = event;
    if (type.endsWith("StateEntered")) return this.enter(event, details, at);
    if (type.endsWith("StateExited")) return this.exit(event, details, at);
    const attempt = attemptEvents[type];
    if (attempt) return this.attempt(event, details, at, attempt);
    const handler = handlers[type];
    if (handler) handler.call(this, event, details, at);
    else this.seat(event, this.before(event));
  }

  /** The visit that the event before this one belongs to. */
  before(event: HistoryEvent): Visit | undefined {
    return this.model.visitOf[event.previousEventId];
  }

  seat(event: HistoryEvent, visit: Visit | undefined): void {
    if (!visit) return;
    this.model.visitOf[event.id] = visit;
    visit.events.push(event);
  }

  /** The nearest visit that fits, from `from` outwards. */
  private climb(from: Visit | undefined, fits: (visit: Visit) => boolean): Visit | undefined {
    for (let visit = from; visit; visit = visit.frame.owner) if (fits(visit)) return visit;
    return undefined;
  }

  private lastOpen(fits: (visit: Visit) => boolean): Visit | undefined {
    let last: Visit | undefined;
    for (const visit of this.open) if (fits(visit)) last = visit;
    return last;
  }

  /** The container of a type that an event speaks about, which does not say its name. */
  container(event: HistoryEvent, type: string): Visit | undefined {
    const fits = (v: Visit) => v.type === type && !v.exited && !this.settled.has(v);
    return this.climb(this.before(event), fits) ?? this.lastOpen(fits);
  }

  named(event: HistoryEvent, name: string | undefined): Visit | undefined {
    const fits = (v: Visit) => v.name === name && !v.exited;
    return this.climb(this.before(event), fits) ?? this.lastOpen(fits);
  }

  private enter(event: HistoryEvent, details: Details, at: number): void {
    const name = details.name ?? "";
    const frame = this.frameFor(event, name, at);
    const names = this.visitsByName.get(frame) ?? new Map<string, number>();
    this.visitsByName.set(frame, names);
    const ordinal = names.get(name) ?? 0;
    names.set(name, ordinal + 1);
    const visit: Visit = {
      id: event.id, name, type: event.type.slice(0, -"StateEntered".length), frame, ordinal, status: "running", enteredAt: at,
      exited: false, input: details.input, attempts: [], frames: [], rounds: 0, events: [],
    };
    this.model.visits.push(visit);
    this.model.transitions++;
    frame.visits.push(visit);
    this.seat(event, visit);
    this.open.add(visit);
    if (visit.type === "Fail") {
      visit.status = "failed";
      visit.endedAt = at;
    }
  }

  private frameFor(event: HistoryEvent, name: string, at: number): Frame {
    const previous = event.previousEventId;
    const iteration = this.model.iterationOf[previous];
    if (iteration) return iteration;
    const before = this.before(event);
    if (!before) return this.interrupted.find((visit) => visit.name === name)?.frame ?? this.model.top;
    if (before.type === "Parallel" && before.events.some((e) => e.id === previous && e.type === "ParallelStateStarted")) {
      return this.begin(before, { id: event.id, kind: "branch", index: branchesOf(before), at });
    }
    return before.frame;
  }

  private begin(owner: Visit, start: { id: number; kind: "branch" | "iteration"; index: number; at: number }): Frame {
    const { id, kind, index, at } = start;
    const frame: Frame = { id, kind, index, owner, round: owner.rounds, status: "running", startedAt: at, visits: [] };
    owner.frames.push(frame);
    return frame;
  }

  private exit(event: HistoryEvent, details: Details, at: number): void {
    const visit = this.named(event, details.name);
    if (!visit) return;
    this.seat(event, visit);
    visit.exited = true;
    visit.endedAt = at;
    visit.output = details.output;
    visit.assigned = details.assignedVariables;
    visit.status = visit.status === "failed" || visit.status === "timedOut" || failedLast(visit) ? "caught" : "succeeded";
    this.close(visit);
    for (const frame of visit.frames) this.endFrame(frame, at, visit.status === "succeeded" ? "succeeded" : "aborted");
  }

  private close(visit: Visit): void {
    this.open.delete(visit);
    this.settled.delete(visit);
  }

  private attempt(event: HistoryEvent, details: Details, at: number, step: AttemptStep): void {
    const visit = this.before(event) ?? this.resumed(details);
    this.seat(event, visit);
    if (!visit) return;
    if (step === "scheduled") {
      if (visit.attempts.length > 0) this.model.transitions++;
      visit.attempts.push({
        number: visit.attempts.length + 1, scheduledId: event.id, scheduledAt: at, status: "running", resource: details.resource ?? "",
        resourceType: details.resourceType, parameters: details.parameters ?? details.input,
      });
      this.reopen(visit);
      return;
    }
    const attempt = visit.attempts.at(-1);
    if (attempt) steps[step](attempt, details, at);
    if (step === "failed" || step === "timedOut") {
      visit.error = details.error;
      visit.cause = details.cause;
    } else if (step === "succeeded") {
      visit.error = visit.cause = undefined;
    }
  }

  /** The visit that a redrive takes up with a new attempt: the one that attempted the same, if there is one. */
  private resumed(details: Details): Visit | undefined {
    const same = (visit: Visit, exact: boolean) => {
      const last = visit.attempts.at(-1);
      return last?.resource === details.resource && (!exact || last?.parameters === (details.parameters ?? details.input));
    };
    const waiting = this.interrupted.filter((visit) => visit.type === "Task" && visit.status !== "running");
    return waiting.find((v) => same(v, true)) ?? waiting.find((v) => same(v, false)) ?? waiting[0];
  }

  private reopen(visit: Visit): void {
    visit.status = "running";
    visit.endedAt = undefined;
    visit.error = visit.cause = undefined;
    this.open.add(visit);
  }

  /** Begins the branches or iterations of a container: at first, or again for a retry. */
  round(visit: Visit, at: number): void {
    this.abortInside(visit, at);
    visit.rounds++;
    if (visit.rounds > 1) this.model.transitions++;
  }

  iteration(event: HistoryEvent, details: Details, at: number): void {
    const owner = this.named(event, details.name);
    if (!owner) return;
    this.seat(event, owner);
    this.model.iterationOf[event.id] = this.begin(owner, { id: event.id, kind: "iteration", index: details.index ?? 0, at });
  }

  iterationEnd(event: HistoryEvent, details: Details, at: number, status: Status): void {
    const owner = this.named(event, details.name);
    this.seat(event, owner);
    const frame = owner?.frames.findLast((f) => f.index === details.index);
    if (!frame) return;
    frame.status = status;
    frame.endedAt = at;
    for (const visit of frame.visits) this.interrupt(visit, at, visit.error === undefined ? "aborted" : "failed");
  }

  /** A container has succeeded; its StateExited event follows. */
  succeed(visit: Visit | undefined): void {
    if (!visit) return;
    visit.error = visit.cause = undefined;
    this.settled.add(visit);
  }

  /** A container has failed, for the reason of what the event before belongs to. */
  fail(event: HistoryEvent, visit: Visit | undefined, at: number): void {
    if (!visit) return;
    const reason = this.before(event);
    if (reason && reason !== visit) {
      visit.error ??= reason.error;
      visit.cause ??= reason.cause;
      this.blame(reason, visit);
    }
    visit.status = "failed";
    visit.endedAt = at;
    this.settled.add(visit);
    this.abortInside(visit, at);
  }

  /** Marks what failed, from the innermost visit up to a container, which is left to the caller. */
  private blame(reason: Visit, until: Visit | undefined): void {
    for (let visit: Visit | undefined = reason; visit && visit !== until; visit = visit.frame.owner) {
      if (!visit.exited) visit.status = "failed";
      if (visit.frame.owner) visit.frame.status = "failed";
    }
  }

  private abortInside(visit: Visit, at: number): void {
    for (const frame of visit.frames) this.endFrame(frame, at, "aborted");
  }

  private endFrame(frame: Frame, at: number, status: Status): void {
    if (frame.endedAt !== undefined) return;
    frame.endedAt = at;
    if (frame.status === "running") {
      const failed = frame.visits.some((v) => v.status === "failed" && !v.exited);
      const whole = frame.visits.length > 0 && frame.visits.every((v) => v.exited);
      frame.status = failed ? "failed" : whole ? "succeeded" : status;
    }
    for (const visit of frame.visits) this.interrupt(visit, at, "aborted");
  }

  /** Ends a visit that will not be left by itself. */
  private interrupt(visit: Visit, at: number, status: Status): void {
    if (visit.exited) return;
    visit.endedAt ??= at;
    if (visit.status === "running") visit.status = failedLast(visit) ? "failed" : status;
    const attempt = visit.attempts.at(-1);
    if (attempt?.status === "running") {
      attempt.status = status;
      attempt.endedAt = at;
    }
    this.open.delete(visit);
    this.abortInside(visit, at);
  }

  /** An abort that does not say what it aborts: something of this type, in the container that failed, still under way. */
  abortSomewhere(event: HistoryEvent, type: string, at: number): void {
    const reason = this.before(event);
    const inside = (visit: Visit) => {
      for (let owner = reason?.frame.owner; owner; owner = owner.frame.owner) {
        if (this.climb(visit.frame.owner, (v) => v === owner)) return true;
      }
      return reason?.frame.owner === undefined;
    };
    const visit = this.lastOpen((v) => v.type === type && v !== reason && !failedLast(v) && inside(v)) ?? reason;
    this.seat(event, visit);
    if (!visit || visit === reason) return;
    if (type === "Map" || type === "Parallel") this.settled.add(visit);
    this.interrupt(visit, at, "aborted");
  }

  /** An expression failed; the event names the state. */
  evaluationFailed(event: HistoryEvent, details: Details): void {
    const visit = this.named(event, details.state);
    this.seat(event, visit);
    if (!visit) return;
    this.settled.delete(visit);
    visit.error = details.error;
    visit.cause = details.cause;
    visit.location = details.location;
    if (visit.status === "running" && visit.frames.length === 0) visit.status = "failed";
  }

  start(details: Details, at: number): void {
    const { model } = this;
    model.status = model.top.status = "running";
    model.startedAt = model.top.startedAt = at;
    model.input = details.input;
    const arns = details as { stateMachineVersionArn?: string; stateMachineAliasArn?: string };
    model.versionArn = arns.stateMachineVersionArn;
    model.aliasArn = arns.stateMachineAliasArn;
  }

  end(event: HistoryEvent, details: Details, at: number, status: Status): void {
    const { model } = this;
    model.status = model.top.status = status;
    model.endedAt = model.top.endedAt = at;
    model.output = details.output;
    model.error = details.error;
    model.cause = details.cause;
    const reason = status === "failed" ? this.before(event) : undefined;
    model.failedIn = reason;
    if (reason) {
      reason.error ??= details.error;
      reason.cause ??= details.cause;
      this.blame(reason, undefined);
    }
    for (const visit of [...this.open]) this.interrupt(visit, at, status === "failed" ? "aborted" : status);
    this.interrupted = model.visits.filter((visit) => !visit.exited && current(visit));
  }

  redrive(event: HistoryEvent, at: number): void {
    const { model } = this;
    model.status = model.top.status = "running";
    model.endedAt = model.top.endedAt = undefined;
    model.error = model.cause = model.failedIn = undefined;
    model.redrives.push({ id: event.id, at });
    this.settled.clear();
    for (const visit of this.interrupted) {
      for (let owner = visit.frame.owner; owner && !owner.exited; owner = owner.frame.owner) {
        this.reopen(owner);
      }
      if (visit.frame.owner) {
        visit.frame.status = "running";
        visit.frame.endedAt = undefined;
      }
      if (visit.type !== "Task" && visit.type !== "Fail") this.reopen(visit);
    }
  }
}

const branchesOf = (visit: Visit) => visit.frames.filter((frame) => frame.round === visit.rounds).length;

/** Whether a visit belongs to the last round of everything around it, none of which was left. */
const current = (visit: Visit): boolean => {
  const { owner, round } = visit.frame;
  return !owner || (!owner.exited && owner.rounds === round && current(owner));
};

const failedLast = (visit: Visit) => {
  const last = visit.attempts.at(-1)?.status;
  return last === "failed" || last === "timedOut";
};

type AttemptStep = "scheduled" | "started" | "submitted" | "succeeded" | "failed" | "timedOut";

const ended = (status: Status) => (attempt: Attempt, details: Details, at: number) => {
  attempt.status = status;
  attempt.endedAt = at;
  attempt.error = details.error;
  attempt.cause = details.cause;
  attempt.output = details.output ?? attempt.output;
};

const steps: Record<Exclude<AttemptStep, "scheduled">, (attempt: Attempt, details: Details, at: number) => void> = {
  started: (attempt, details, at) => {
    attempt.startedAt = at;
    attempt.worker = details.workerName;
  },
  submitted: (attempt, details, at) => {
    attempt.submittedAt = at;
    attempt.output = details.output;
  },
  succeeded: ended("succeeded"),
  failed: ended("failed"),
  timedOut: ended("timedOut"),
};

/** The events of a task's attempts, by type. */
const attemptEvents: Record<string, AttemptStep> = {
  TaskScheduled: "scheduled",
  TaskStarted: "started",
  TaskSubmitted: "submitted",
  TaskSucceeded: "succeeded",
  TaskFailed: "failed",
  TaskStartFailed: "failed",
  TaskSubmitFailed: "failed",
  TaskTimedOut: "timedOut",
  LambdaFunctionScheduled: "scheduled",
  LambdaFunctionStarted: "started",
  LambdaFunctionSucceeded: "succeeded",
  LambdaFunctionFailed: "failed",
  LambdaFunctionScheduleFailed: "failed",
  LambdaFunctionStartFailed: "failed",
  LambdaFunctionTimedOut: "timedOut",
  ActivityScheduled: "scheduled",
  ActivityStarted: "started",
  ActivitySucceeded: "succeeded",
  ActivityFailed: "failed",
  ActivityScheduleFailed: "failed",
  ActivityTimedOut: "timedOut",
};

type Handler = (this: Builder, event: HistoryEvent, details: Details, at: number) => void;

const starts = (type: string): Handler =>
  function (event, details, at) {
    const visit = this.container(event, type);
    this.seat(event, visit);
    if (!visit) return;
    if (details.length !== undefined) visit.items = details.length;
    this.round(visit, at);
  };

const succeeds = (type: string): Handler =>
  function (event) {
    const visit = this.container(event, type);
    this.seat(event, visit);
    this.succeed(visit);
  };

const fails = (type: string): Handler =>
  function (event, _, at) {
    const visit = this.container(event, type);
    this.seat(event, visit);
    this.fail(event, visit, at);
  };

const aborts = (type: string): Handler =>
  function (event, _, at) {
    this.abortSomewhere(event, type, at);
  };

const mapRun: Handler = function (event, details) {
  const visit = this.container(event, "Map");
  this.seat(event, visit);
  if (!visit) return;
  visit.mapRunArn = details.mapRunArn ?? visit.mapRunArn;
  visit.error = details.error;
  visit.cause = details.cause;
};

/** What each other event does to the model, by type. */
const handlers: Record<string, Handler> = {
  ExecutionStarted(_, details, at) {
    this.start(details, at);
  },
  ExecutionSucceeded(event, details, at) {
    this.end(event, details, at, "succeeded");
  },
  ExecutionFailed(event, details, at) {
    this.end(event, details, at, "failed");
  },
  ExecutionTimedOut(event, details, at) {
    this.end(event, details, at, "timedOut");
  },
  ExecutionAborted(event, details, at) {
    this.end(event, details, at, "aborted");
  },
  ExecutionRedriven(event, _, at) {
    this.redrive(event, at);
  },
  ParallelStateStarted: starts("Parallel"),
  ParallelStateSucceeded: succeeds("Parallel"),
  ParallelStateFailed: fails("Parallel"),
  ParallelStateAborted: aborts("Parallel"),
  MapStateStarted: starts("Map"),
  MapStateSucceeded: succeeds("Map"),
  MapStateFailed: fails("Map"),
  MapStateAborted: aborts("Map"),
  MapIterationStarted(event, details, at) {
    this.iteration(event, details, at);
  },
  MapIterationSucceeded(event, details, at) {
    this.iterationEnd(event, details, at, "succeeded");
  },
  MapIterationFailed(event, details, at) {
    this.iterationEnd(event, details, at, "failed");
  },
  MapIterationAborted(event, details, at) {
    this.iterationEnd(event, details, at, "aborted");
  },
  MapRunStarted: mapRun,
  MapRunSucceeded: mapRun,
  MapRunFailed: mapRun,
  MapRunAborted: mapRun,
  MapRunRedriven: mapRun,
  TaskStateAborted: aborts("Task"),
  WaitStateAborted: aborts("Wait"),
  EvaluationFailed(event, details) {
    this.evaluationFailed(event, details);
  },
};
