import { expect, test } from "vitest";
import { condition, parseDefinition, statesByName, type Workflow } from "../asl/definition";
import { layout, type PlacedNode } from "./layout";

const pass = (next?: string) => ({ Type: "Pass", ...(next ? { Next: next } : { End: true }) });

/** A definition of about `n` states: chains with choices and loops, Parallels and Maps inside one another. */
function nested(n: number): Workflow {
  let made = 0;
  const build = (depth: number, length: number): Record<string, unknown> => {
    const names = Array.from({ length }, () => `State ${++made}`);
    const states: Record<string, unknown> = {};
    names.forEach((name, i) => {
      const next = names[i + 1];
      const after = next ? { Next: next } : { End: true };
      if (depth > 0 && i % 5 === 2) states[name] = { Type: "Parallel", Branches: [build(depth - 1, 4), build(depth - 1, 5)], ...after };
      else if (depth > 0 && i % 5 === 4) states[name] = { Type: "Map", ItemProcessor: build(depth - 1, 4), ...after };
      else if (next && i % 5 === 3) {
        states[name] = { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: names[Math.max(0, i - 2)] }], Default: next };
      } else states[name] = pass(next);
    });
    return { StartAt: names[0], States: states };
  };
  let length = 5;
  let flow: Workflow | undefined;
  do {
    made = 0;
    flow = parseDefinition(JSON.stringify(build(2, length++)));
  } while (made < n);
  return flow!;
}

/** Pairs of siblings that lie on each other, and nodes outside of their container. */
function mistakes(nodes: PlacedNode[]): string[] {
  const found: string[] = [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const siblings of group(nodes).values()) {
    siblings.forEach((a, i) => {
      for (const b of siblings.slice(i + 1)) {
        if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) found.push(`${a.id} × ${b.id}`);
      }
    });
  }
  for (const node of nodes) {
    const parent = node.parent ? byId.get(node.parent) : undefined;
    if (node.x < 0 || node.y < 0) found.push(`${node.id} at a negative place`);
    if (parent && (node.x + node.width > parent.width || node.y + node.height > parent.height)) found.push(`${node.id} outside of ${parent.id}`);
  }
  return found;
}

function group(nodes: PlacedNode[]): Map<string, PlacedNode[]> {
  const levels = new Map<string, PlacedNode[]>();
  for (const node of nodes) levels.set(node.parent ?? "", [...(levels.get(node.parent ?? "") ?? []), node]);
  return levels;
}

test("300 nested states are laid out in less than a second, without overlaps", () => {
  const flow = nested(300);
  const began = performance.now();
  const picture = layout(flow);
  const millis = performance.now() - began;
  console.log(`${statesByName(flow).size} states in ${millis.toFixed(0)} ms`);
  expect(picture.nodes).toHaveLength(statesByName(flow).size + 2);
  expect(mistakes(picture.nodes)).toEqual([]);
  expect(millis).toBeLessThan(1000);
});

test("every transition is drawn, and those to states that do not exist are not", () => {
  const flow = parseDefinition(
    JSON.stringify({ StartAt: "A", States: { A: { ...pass("B"), Catch: [{ ErrorEquals: ["States.ALL"], Next: "Nowhere" }] }, B: pass() } }),
  )!;
  const { edges } = layout(flow);
  expect(edges.map((e) => [e.source.trim(), e.target.trim(), e.kind])).toEqual([["A", "B", "next"], ["start", "A", "border"], ["B", "end", "border"]]);
  for (const edge of edges) expect(edge.points.length).toBeGreaterThan(1);
});

test.each([
  [{ Variable: "$.a", NumericGreaterThanEquals: 3 }, "$.a ≥ 3"],
  [{ Variable: "$.a", StringEquals: "x" }, '$.a = "x"'],
  [{ Variable: "$.a", StringEqualsPath: "$.b" }, "$.a = $.b"],
  [{ Variable: "$.a", IsPresent: false }, "$.a is not present"],
  [{ Not: { Variable: "$.a", BooleanEquals: true } }, "not ($.a = true)"],
  [{ And: [{ Variable: "$.a", IsNull: true }, { Variable: "$.b", IsString: true }] }, "$.a is null and $.b is string"],
  [{ Condition: "{% $x > 3 %}" }, "$x > 3"],
])("condition %#", (rule, want) => expect(condition(rule)).toBe(want));

test("what is no definition", () => {
  expect([parseDefinition("{"), parseDefinition("[]"), parseDefinition('{"States":3}')]).toEqual([undefined, undefined, undefined]);
});
