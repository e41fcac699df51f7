import { expect, test } from "vitest";
import { Builder } from "./builder";
import { childrenOf } from "./model";
import { originOf } from "./origin";
import { reveal, rowsOf } from "./rows";
import { segmentsOf } from "./segments";
import { shownAround } from "./shown";
import { story } from "./story";

const build = (text: string) => {
  const builder = new Builder();
  builder.append(story(text));
  return builder.model;
};

/** A Map of `n` items, whose iteration `bad` fails. */
function map(n: number, bad: number): string {
  const rows = ["1<0 ExecutionStarted +0s", '2<0 MapStateEntered +0s {"name":"M"}', `3<2 MapStateStarted +0s {"length":${n}}`];
  let id = 4;
  for (let i = 0; i < n; i++) {
    rows.push(`${id}<3 MapIterationStarted +0s {"name":"M","index":${i}}`, `${id + 1}<${id} PassStateEntered +0s {"name":"A"}`);
    if (i === bad) rows.push(`${id + 2}<${id + 1} MapIterationFailed +0s {"name":"M","index":${i}}`);
    else rows.push(`${id + 2}<${id + 1} PassStateExited +0s {"name":"A"}`, `${id + 3}<${id + 2} MapIterationSucceeded +0s {"name":"M","index":${i}}`);
    id += i === bad ? 3 : 4;
  }
  return rows.join("\n");
}

test("a Map shows the iteration that failed, until another is chosen", () => {
  const model = build(map(12, 7));
  const [m] = model.visits;
  expect(shownAround(model, {}).iterations.get(m!.id)?.index).toBe(7);
  const chosen = model.visits.find((v) => v.frame.index === 3 && v.name === "A")!;
  const shown = shownAround(model, { visit: chosen });
  expect(shown.iterations.get(m!.id)?.index).toBe(3);
  expect(shown.visits.get("A")).toBe(chosen);
});

test("of a loop the newest visit is shown, until another is chosen", () => {
  const model = build(`
    1<0 ExecutionStarted +0s
    2<0 PassStateEntered +0s {"name":"A"}
    3<2 PassStateExited +0s {"name":"A"}
    4<3 PassStateEntered +0s {"name":"A"}
    5<4 PassStateExited +0s {"name":"A"}
    6<5 PassStateEntered +0s {"name":"B"}`);
  const shown = shownAround(model, {});
  expect(shown.visits.get("A")?.id).toBe(4);
  expect(Object.fromEntries(shown.taken)).toEqual({ "A→A": 1, "A→B": 1 });
  expect(shownAround(model, { visit: model.visits[0] }).visits.get("A")?.id).toBe(2);
});

test("many iterations begin closed and are opened for what is looked for", () => {
  const model = build(map(12, 7));
  expect(rowsOf(model, new Set()).map((row) => row.key.charAt(0)).join("")).toBe(`v${"f".repeat(12)}`);
  const inside = model.visits.at(-1)!;
  const turned = reveal(inside, new Set());
  expect(rowsOf(model, turned).some((row) => row.visit === inside)).toBe(true);
  expect(reveal(inside, turned)).toBe(turned);
});

test("the pieces of a task that is tried twice and calls back", () => {
  const model = build(`
    1<0 ExecutionStarted +0s
    2<0 TaskStateEntered +0s {"name":"A"}
    3<2 TaskScheduled +1s {"resource":"r"}
    4<3 TaskStarted +2s
    5<4 TaskFailed +3s {"error":"E"}
    6<5 TaskScheduled +5s {"resource":"r"}
    7<6 TaskStarted +5s
    8<7 TaskSubmitted +6s`);
  const start = model.startedAt;
  const pieces = segmentsOf(model.visits[0]!, start + 9000).map((s) => `${s.kind} ${s.from - start}–${s.to - start}`);
  expect(pieces).toEqual(["queued 0–1000", "queued 1000–2000", "failed 2000–3000", "backoff 3000–5000", "working 5000–6000", "callback 6000–9000"]);
});

test("an error that a Fail state repeats arose where it was caught", () => {
  const caught = (error: string) => `
    1<0 ExecutionStarted +0s
    2<0 TaskStateEntered +0s {"name":"Ship"}
    3<2 TaskScheduled +0s {"resource":"r"}
    4<3 TaskFailed +0s {"error":"E"}
    5<4 TaskStateExited +0s {"name":"Ship"}
    6<5 FailStateEntered +0s {"name":"Cancelled"}
    7<6 ExecutionFailed +0s {"error":"${error}"}`;
  expect(originOf(build(caught("E")))?.name).toBe("Ship");
  expect(originOf(build(caught("Other")))).toBeUndefined();
});

test("executions that a task started", () => {
  const [visit] = build(`
    1<0 ExecutionStarted +0s
    2<0 TaskStateEntered +0s {"name":"Child"}
    3<2 TaskScheduled +0s {"resource":"startExecution.sync:2","resourceType":"states"}
    4<3 TaskSubmitted +0s {"output":"{\\"ExecutionArn\\":\\"arn:aws:states:r:1:execution:M:x\\"}"}`).visits;
  expect(childrenOf(visit!)).toEqual(["arn:aws:states:r:1:execution:M:x"]);
});
