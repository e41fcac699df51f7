import type { Frame, Model, Visit } from "./model";

/** What a picture of an execution shows: of each state one visit, of each Map one iteration. */
export interface Shown {
  /** By state name. */
  visits: Map<string, Visit>;
  /** By the id of a Map's visit: the iteration whose states are shown. */
  iterations: Map<number, Frame>;
  /** How often each transition was taken in what is shown: `from→to`. */
  taken: Map<string, number>;
}

/** What is worth looking at first among iterations. */
const urgency: Record<string, number> = { failed: 0, timedOut: 0, running: 1, aborted: 2, caught: 3, succeeded: 4 };

/** The iteration of a Map that is shown unless another was chosen: one that failed, else one that runs, else the first. */
export function defaultIteration(visit: Visit): Frame | undefined {
  let best: Frame | undefined;
  for (const frame of visit.frames) {
    if (frame.round !== visit.rounds) continue;
    if (!best || (urgency[frame.status] ?? 9) < (urgency[best.status] ?? 9)) best = frame;
  }
  return best;
}

/** What to show around a visit or an iteration; without one, the newest of everything. */
export function shownAround(model: Model, at: { visit?: Visit; iteration?: Frame }): Shown {
  const shown: Shown = { visits: new Map(), iterations: new Map(), taken: new Map() };
  const chosenVisits = new Set<Visit>();
  const chosenFrames = new Set<Frame>();
  const frame = at.iteration ?? at.visit?.frame;
  if (at.visit) chosenVisits.add(at.visit);
  for (let around = frame; around; around = around.owner?.frame) {
    chosenFrames.add(around);
    if (around.owner) chosenVisits.add(around.owner);
  }
  show(model.top);
  return shown;

  function show(level: Frame): void {
    const latest = new Map<string, Visit>();
    level.visits.forEach((visit, i) => {
      const before = latest.get(visit.name);
      if (!before || !chosenVisits.has(before)) latest.set(visit.name, visit);
      const from = level.visits[i - 1];
      if (from) add(`${from.name}→${visit.name}`);
    });
    for (const visit of latest.values()) {
      shown.visits.set(visit.name, visit);
      if (visit.type === "Map") showIteration(visit);
      else for (const branch of visit.frames) if (isCurrent(branch, visit)) show(branch);
    }
  }

  function showIteration(visit: Visit): void {
    const iteration = visit.frames.find((candidate) => chosenFrames.has(candidate)) ?? defaultIteration(visit);
    if (!iteration) return;
    shown.iterations.set(visit.id, iteration);
    show(iteration);
  }

  function isCurrent(branch: Frame, visit: Visit): boolean {
    const chosen = visit.frames.find((candidate) => chosenFrames.has(candidate));
    return branch.round === (chosen?.round ?? visit.rounds);
  }

  function add(transition: string): void {
    shown.taken.set(transition, (shown.taken.get(transition) ?? 0) + 1);
  }
}
