import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Builder } from "./builder";
import { detailsOf } from "./event";
import type { Model, Visit } from "./model";
import { story } from "./story";

const build = (text: string): Model => {
  const builder = new Builder();
  builder.append(story(text));
  return builder.model;
};

const line = (v: Visit): string => {
  const where = v.frame.kind === "top" ? "" : ` in ${v.frame.owner?.name}#${v.frame.index}`;
  const attempts = v.attempts.map((a) => a.status).join(",");
  return `${v.name}${where} ${v.status}${attempts && ` [${attempts}]`}`;
};
const lines = (model: Model): string[] => model.visits.map(line);

describe("visits and where they belong", () => {
  test("a task is tried again, then caught", () => {
    const model = build(`
      1<0 ExecutionStarted +0s {"input":"{}"}
      2<0 TaskStateEntered +0s {"name":"A","input":"{}"}
      3<2 TaskScheduled +0s {"resource":"invoke"}
      4<3 TaskStarted +0s
      5<4 TaskFailed +1s {"error":"E1"}
      6<5 TaskScheduled +3s {"resource":"invoke"}
      7<6 TaskStarted +3s
      8<7 TaskFailed +4s {"error":"E2","cause":"why"}
      9<8 TaskStateExited +4s {"name":"A","output":"1","assignedVariables":{"x":"1"}}
      10<9 PassStateEntered +4s {"name":"B"}
      11<10 PassStateExited +4s {"name":"B"}
      12<11 ExecutionSucceeded +4s {"output":"1"}`);
    expect(lines(model)).toEqual(["A caught [failed,failed]", "B succeeded"]);
    const [a] = model.visits;
    expect(a).toMatchObject({ error: "E2", cause: "why", assigned: { x: "1" }, output: "1" });
    expect(a?.attempts.map((t) => t.endedAt! - t.scheduledAt)).toEqual([1000, 1000]);
    expect(model).toMatchObject({ status: "succeeded", output: "1", transitions: 3 });
  });

  test("branches of a nested Parallel that begins again", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 ParallelStateEntered +0s {"name":"P"}
      3<2 ParallelStateStarted +0s
      4<3 ParallelStateEntered +0s {"name":"Q"}
      5<4 ParallelStateStarted +0s
      6<5 FailStateEntered +0s {"name":"F"}
      7<6 ParallelStateFailed +0s
      8<7 ParallelStateStarted +1s
      9<8 ParallelStateEntered +1s {"name":"Q"}
      10<9 ParallelStateStarted +1s
      11<10 FailStateEntered +1s {"name":"F"}
      12<11 ParallelStateFailed +1s
      13<12 ParallelStateFailed +1s
      14<13 ExecutionFailed +1s {"error":"X"}`);
    expect(lines(model)).toEqual(["P failed", "Q in P#0 failed", "F in Q#0 failed", "Q in P#0 failed", "F in Q#0 failed"]);
    expect(model.visits[0]?.frames.map((f) => [f.round, f.status])).toEqual([[1, "failed"], [2, "failed"]]);
    expect(model.visits[0]?.error).toBe("X");
  });

  test("iterations one after the other chain to the last state of the one before", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 MapStateEntered +0s {"name":"M"}
      3<2 MapStateStarted +0s {"length":2}
      4<3 MapIterationStarted +0s {"name":"M","index":0}
      5<4 PassStateEntered +0s {"name":"A"}
      6<5 PassStateExited +0s {"name":"A"}
      7<6 MapIterationSucceeded +0s {"name":"M","index":0}
      8<6 MapIterationStarted +0s {"name":"M","index":1}
      9<8 PassStateEntered +0s {"name":"A"}
      10<9 PassStateExited +0s {"name":"A"}
      11<10 MapIterationSucceeded +0s {"name":"M","index":1}
      12<11 MapStateSucceeded +0s
      13<11 MapStateExited +0s {"name":"M"}
      14<13 ExecutionSucceeded +0s`);
    expect(lines(model)).toEqual(["M succeeded", "A in M#0 succeeded", "A in M#1 succeeded"]);
    expect(model.visits[0]?.frames.map((f) => f.status)).toEqual(["succeeded", "succeeded"]);
  });

  test("a run-time error ends the execution without events in between", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 ChoiceStateEntered +0s {"name":"C"}
      3<2 ExecutionFailed +0s {"error":"States.NoChoiceMatched","cause":"none"}`);
    expect(lines(model)).toEqual(["C failed"]);
    expect(model.failedIn).toMatchObject({ name: "C", error: "States.NoChoiceMatched" });
  });

  test("a stopped execution leaves nothing running", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 WaitStateEntered +0s {"name":"W"}
      3<0 ExecutionAborted +5s {}`);
    expect(lines(model)).toEqual(["W aborted"]);
    expect(model.visits[0]?.endedAt).toBe(model.endedAt);
  });

  test("a branch that is aborted because another one failed", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 ParallelStateEntered +0s {"name":"P"}
      3<2 ParallelStateStarted +0s
      4<3 TaskStateEntered +0s {"name":"A"}
      5<4 TaskScheduled +0s {"resource":"r"}
      6<3 TaskStateEntered +0s {"name":"B"}
      7<6 TaskScheduled +0s {"resource":"r"}
      8<5 TaskFailed +0s {"error":"E"}
      9<8 TaskStateAborted +0s
      10<8 TaskStateAborted +0s
      11<8 ParallelStateFailed +0s
      12<11 ParallelStateExited +0s {"name":"P"}
      13<12 ExecutionSucceeded +0s`);
    expect(lines(model)).toEqual(["P caught", "A in P#0 failed [failed]", "B in P#1 aborted [aborted]"]);
    expect(model.visits[0]?.error).toBe("E");
  });

  test("an execution under way", () => {
    const model = build(`
      1<0 ExecutionStarted +0s
      2<0 TaskStateEntered +0s {"name":"A"}
      3<2 TaskScheduled +0s {"resource":"r"}`);
    expect(lines(model)).toEqual(["A running [running]"]);
    expect(model.status).toBe("running");
  });

  test("events that come twice count once", () => {
    const events = story(`
      1<0 ExecutionStarted +0s
      2<0 PassStateEntered +0s {"name":"A"}`);
    const builder = new Builder();
    expect([builder.append(events), builder.append(events)]).toEqual([true, false]);
    expect(builder.model.visits).toHaveLength(1);
  });
});

// The engine's own stories: whatever it writes must find its seat.
const folder = new URL("../../../internal/execution/testdata/", import.meta.url);
const golden = readdirSync(folder)
  .filter((name) => name.endsWith(".txtar"))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return [name, text.slice(text.indexOf("-- history.golden --")).replace(/^-- frame.*$/gm, "")] as const;
  });

describe("every story of the engine", () => {
  test.each(golden)("%s", (_, text) => {
    const model = build(text);
    for (const event of model.events) {
      if (event.type.startsWith("Execution")) continue;
      const visit = model.visitOf[event.id];
      expect(visit, `seat of ${event.id} ${event.type}`).toBeDefined();
      const { name, state } = detailsOf(event);
      if (name ?? state) expect(visit?.name, `seat of ${event.id} ${event.type}`).toBe(name ?? state);
      const [, type] = /^(Parallel|Map|Task|Wait|Pass|Choice|Fail|Succeed)State/.exec(event.type) ?? [];
      if (type) expect(visit?.type, `seat of ${event.id} ${event.type}`).toBe(type);
    }
    if (model.status !== "running") {
      expect(model.visits.filter((v) => v.status === "running").map(line)).toEqual([]);
    }
    if (model.status === "failed") expect(model.failedIn?.status).toBe("failed");
    for (const visit of model.visits) if (!visit.exited && visit.type !== "Fail") expect(visit.status).not.toBe("succeeded");
  });

  test("a redriven Parallel and Map", () => {
    const [, text = ""] = golden.find(([name]) => name === "redrive_parallel_and_map.txtar") ?? [];
    const model = build(text);
    expect(lines(model)).toEqual([
      "Both succeeded", "Left in Both#0 succeeded [succeeded]", "Each in Both#1 succeeded", "Item in Each#0 succeeded [succeeded]",
      "Item in Each#1 succeeded [failed,succeeded]", "Item in Each#2 succeeded [succeeded]",
    ]);
    expect(model.redrives).toHaveLength(1);
  });
});

test("25,000 events are read in less than 300 ms", () => {
  const rows = ["1<0 ExecutionStarted +0s", '2<0 MapStateEntered +0s {"name":"M"}', "3<2 MapStateStarted +0s"];
  for (let i = 0, id = 4; id < 25_000; i++, id += 7) {
    rows.push(
      `${id}<3 MapIterationStarted +0s {"name":"M","index":${i}}`, `${id + 1}<${id} TaskStateEntered +0s {"name":"A"}`,
      `${id + 2}<${id + 1} TaskScheduled +0s {"resource":"r"}`, `${id + 3}<${id + 2} TaskStarted +0s`,
      `${id + 4}<${id + 3} TaskSucceeded +0s`, `${id + 5}<${id + 4} TaskStateExited +0s {"name":"A"}`,
      `${id + 6}<${id + 5} MapIterationSucceeded +0s {"name":"M","index":${i}}`,
    );
  }
  const events = story(rows.join("\n"));
  const began = performance.now();
  const builder = new Builder();
  builder.append(events);
  const millis = performance.now() - began;
  expect(builder.model.visits.length).toBeGreaterThan(3500);
  expect(millis).toBeLessThan(300);
  console.log(`${events.length} events in ${millis.toFixed(0)} ms`);
});
