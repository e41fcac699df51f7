import type { Model, Visit } from "./model";

/**
 * The visit in which an execution's error arose. A catcher often leads to a Fail state that repeats the error; then this is the
 * visit whose error was caught, and within a container the visit inside that failed. undefined: the execution did not fail, or
 * its last visit is where the error arose.
 */
export function originOf(model: Model): Visit | undefined {
  const last = model.failedIn;
  if (last?.type !== "Fail" || model.error === undefined) return undefined;
  return model.visits.findLast((visit) => visit !== last && visit.type !== "Fail" && visit.frames.length === 0 && visit.error === model.error);
}
