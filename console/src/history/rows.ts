import type { Frame, Model, Visit } from "./model";

/** A line of the states table and of the timeline: a visit, or a branch or iteration that holds visits. */
export interface Row {
  key: string;
  depth: number;
  visit?: Visit;
  frame?: Frame;
  /** Whether it has lines below it, and whether they are shown. */
  opens: boolean;
  open: boolean;
}

/** Iterations of a Map with more than these begin closed. */
const fewIterations = 8;

/** The lines of an execution, outermost first. `turned` holds the keys of lines that do not stand as they stand at first. */
export function rowsOf(model: Model, turned: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const visits = (frame: Frame, depth: number) => {
    for (const visit of frame.visits) {
      const key = `v${visit.id}`;
      const opens = visit.frames.length > 0;
      const open = opens && !turned.has(key);
      rows.push({ key, depth, visit, opens, open });
      if (open) frames(visit, depth + 1);
    }
  };
  const frames = (visit: Visit, depth: number) => {
    for (const frame of visit.frames) {
      const key = `f${frame.id}`;
      const open = (visit.frames.length <= fewIterations || visit.type === "Parallel") !== turned.has(key);
      rows.push({ key, depth, frame, opens: frame.visits.length > 0, open });
      if (open) visits(frame, depth + 1);
    }
  };
  visits(model.top, 0);
  return rows;
}

/** Which lines to turn so that a visit is shown. */
export function reveal(visit: Visit, turned: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Set(turned);
  for (let frame: Frame | undefined = visit.frame; frame?.owner; frame = frame.owner.frame) {
    const few = frame.owner.frames.length <= fewIterations || frame.owner.type === "Parallel";
    if (few) next.delete(`f${frame.id}`);
    else next.add(`f${frame.id}`);
    next.delete(`v${frame.owner.id}`);
  }
  return next.size === turned.size && [...next].every((key) => turned.has(key)) ? turned : next;
}
