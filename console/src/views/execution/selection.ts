import type { Frame, Model, Visit } from "../../history/model";

/** What is selected in an execution, in every view at once. */
export interface Selection {
  state?: string;
  visit?: Visit;
  /** The iteration that was chosen, if it was not a visit. */
  iteration?: Frame;
  /** The event that was chosen. */
  event?: number;
}

/** What an address selects: an event by its id, or else a state by its name, in its newest visit. */
export function selectionOf(model: Model, { at, state }: { at?: number; state?: string }): Selection {
  if (at !== undefined) {
    const iteration = model.iterationOf[at];
    const visit = model.visitOf[at];
    if (iteration) return { state: iteration.owner?.name, visit: iteration.owner, iteration, event: at };
    if (visit) return { state: visit.name, visit, event: at };
    return { state, event: at };
  }
  if (state === undefined) return {};
  return { state, visit: model.visits.findLast((visit) => visit.name === state) };
}

/** Whether a line is among those that are drawn; others are brought to the middle, so that what stands around them is seen too. */
export const seen = (range: { startIndex: number; endIndex: number } | null, at: number): boolean =>
  range !== null && at >= range.startIndex && at <= range.endIndex;
