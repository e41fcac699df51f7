import type { Attempt, Visit } from "./model";

/** A piece of a bar in the timeline; milliseconds since 1970. */
export interface Segment {
  from: number;
  to: number;
  kind: "queued" | "working" | "failed" | "backoff" | "waiting" | "inside" | "callback";
}

/** The pieces of a visit: waiting for its turn, each attempt, the pauses between attempts. Open ones last until `now`. */
export function segmentsOf(visit: Visit, now: number): Segment[] {
  const end = visit.endedAt ?? Math.max(now, visit.enteredAt);
  if (visit.attempts.length === 0) {
    return [{ from: visit.enteredAt, to: end, kind: visit.type === "Wait" ? "waiting" : visit.frames.length > 0 ? "inside" : "working" }];
  }
  const segments: Segment[] = [];
  let before = visit.enteredAt;
  for (const attempt of visit.attempts) {
    const to = attempt.endedAt ?? end;
    if (attempt.scheduledAt > before) segments.push({ from: before, to: attempt.scheduledAt, kind: attempt.number > 1 ? "backoff" : "queued" });
    segments.push(...attemptSegments(attempt, to));
    before = to;
  }
  const last = visit.attempts.at(-1);
  if (visit.endedAt === undefined && last?.endedAt !== undefined && end > before) segments.push({ from: before, to: end, kind: "backoff" });
  return segments;
}

function attemptSegments(attempt: Attempt, to: number): Segment[] {
  const segments: Segment[] = [];
  const began = attempt.startedAt ?? to;
  if (began > attempt.scheduledAt) segments.push({ from: attempt.scheduledAt, to: began, kind: "queued" });
  if (attempt.startedAt === undefined) return segments;
  const failed = attempt.status === "failed" || attempt.status === "timedOut";
  const handed = attempt.submittedAt;
  if (handed !== undefined && handed > began) segments.push({ from: began, to: handed, kind: "working" });
  segments.push({ from: handed ?? began, to, kind: failed ? "failed" : handed !== undefined ? "callback" : "working" });
  return segments;
}
