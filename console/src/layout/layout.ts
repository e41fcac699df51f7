import dagre from "@dagrejs/dagre";
import type { StateNode, Transition, Workflow } from "../asl/definition";

export interface Point {
  x: number;
  y: number;
}

/** A state in the picture. Position: its upper left corner, relative to `parent` if it has one. */
export interface PlacedNode {
  id: string;
  kind: "state" | "container" | "start" | "end";
  state?: StateNode;
  parent?: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A transition in the picture. Points are absolute. */
export interface PlacedEdge {
  id: string;
  source: string;
  target: string;
  kind: Transition["kind"] | "border";
  label: string;
  labelAt?: Point;
  points: Point[];
}

export interface Picture {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/** Identifiers of the two circles; states cannot collide with them because of the line break. */
export const startId = "\nstart";
export const endId = "\nend";

/** All lengths are pixels at full size. */
const sizes = {
  stateHeight: 50, circle: 28, header: 44, padding: 18, branchGap: 24, minContainer: 220,
  letter: 6.2, labelHeight: 16, labelLetters: 28, rankGap: 30, nodeGap: 26,
};

interface Box {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

/**
 * Lays out a workflow, from the innermost level outwards: each container is laid out by itself and is then a node of a known
 * size. That is exact, because no transition crosses the border of a branch or an item processor.
 */
export function layout(flow: Workflow): Picture {
  return level(flow, "", true);
}

function level(flow: Workflow, path: string, whole: boolean): Box {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ranksep: sizes.rankGap, nodesep: sizes.nodeGap, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const insides = new Map<string, Box>();
  const known = new Set(flow.states.map((state) => state.name));
  for (const state of flow.states) {
    const inside = state.children.length > 0 ? container(state, path) : undefined;
    if (inside) insides.set(state.name, inside);
    graph.setNode(state.name, { width: inside?.width ?? widthOf(state), height: inside?.height ?? sizes.stateHeight });
  }
  const edges: Omit<PlacedEdge, "points">[] = [];
  const connect = (edge: Omit<PlacedEdge, "points" | "id">) => {
    const id = `${path}${edge.source}→${edge.target}#${edges.length}`;
    const label = edge.label.length > sizes.labelLetters ? `${edge.label.slice(0, sizes.labelLetters - 1)}…` : edge.label;
    const room = label ? { width: label.length * sizes.letter + 12, height: sizes.labelHeight, labelpos: "c" } : {};
    graph.setEdge(edge.source, edge.target, { ...room, weight: edge.kind === "catch" ? 1 : 3 }, id);
    edges.push({ ...edge, id, label });
  };
  for (const state of flow.states) {
    for (const to of state.next) if (known.has(to.to)) connect({ source: state.name, target: to.to, kind: to.kind, label: to.label });
  }
  if (whole) {
    graph.setNode(startId, { width: sizes.circle, height: sizes.circle });
    graph.setNode(endId, { width: sizes.circle, height: sizes.circle });
    if (known.has(flow.startAt)) connect({ source: startId, target: flow.startAt, kind: "border", label: "" });
    for (const state of flow.states) if (state.ends) connect({ source: state.name, target: endId, kind: "border", label: "" });
  }
  dagre.layout(graph);
  return place(flow, graph, edges, insides);
}

type Graph = InstanceType<typeof dagre.graphlib.Graph>;

function place(flow: Workflow, graph: Graph, edges: Omit<PlacedEdge, "points">[], insides: Map<string, Box>): Box {
  const box: Box = { width: 0, height: 0, nodes: [], edges: [] };
  const states = new Map(flow.states.map((state) => [state.name, state]));
  const origin = new Map<string, Point>();
  for (const id of graph.nodes()) {
    const { x, y, width, height } = graph.node(id) as { x: number; y: number; width: number; height: number };
    const corner = { x: x - width / 2, y: y - height / 2 };
    origin.set(id, corner);
    const state = states.get(id);
    const kind = id === startId ? "start" : id === endId ? "end" : insides.has(id) ? "container" : "state";
    box.nodes.push({ id, kind, state, ...corner, width, height });
    box.width = Math.max(box.width, x + width / 2);
    box.height = Math.max(box.height, y + height / 2);
  }
  for (const edge of edges) {
    const placed = graph.edge({ v: edge.source, w: edge.target, name: edge.id }) as { points: Point[]; x?: number; y?: number };
    const labelAt = edge.label && placed.x !== undefined && placed.y !== undefined ? { x: placed.x, y: placed.y } : undefined;
    box.edges.push({ ...edge, labelAt, points: placed.points });
    for (const point of placed.points) box.width = Math.max(box.width, point.x);
    if (labelAt) box.width = Math.max(box.width, labelAt.x + (edge.label.length * sizes.letter) / 2 + 6);
  }
  for (const [id, inside] of insides) {
    const corner = origin.get(id)!;
    for (const node of inside.nodes) box.nodes.push(node.parent ? node : { ...node, parent: id });
    for (const edge of inside.edges) box.edges.push(shift(edge, corner));
  }
  return box;
}

/** Branches side by side below the container's title. */
function container(state: StateNode, path: string): Box {
  const box: Box = { width: sizes.padding, height: 0, nodes: [], edges: [] };
  state.children.forEach((child, i) => {
    const branch = level(child, `${path}${state.name}/${i}/`, false);
    const corner = { x: box.width, y: sizes.header };
    for (const node of branch.nodes) box.nodes.push(node.parent ? node : { ...node, x: node.x + corner.x, y: node.y + corner.y });
    for (const edge of branch.edges) box.edges.push(shift(edge, corner));
    box.width += branch.width + (i < state.children.length - 1 ? sizes.branchGap : 0);
    box.height = Math.max(box.height, branch.height);
  });
  box.width = Math.max(box.width + sizes.padding, sizes.minContainer, titleWidth(state));
  box.height += sizes.header + sizes.padding;
  return box;
}

/** A Map's title also holds the picker of its iterations. */
const titleWidth = (state: StateNode) => Math.min(state.name.length * 8 + (state.type === "Map" ? 290 : 150), 560);

function widthOf(state: StateNode): number {
  const letters = Math.max(state.name.length * 8, state.subtitle.length * 6.4);
  return Math.min(Math.max(letters + 84, 130), 290);
}

const shift = (edge: PlacedEdge, by: Point): PlacedEdge => ({
  ...edge,
  labelAt: edge.labelAt && { x: edge.labelAt.x + by.x, y: edge.labelAt.y + by.y },
  points: edge.points.map((p) => ({ x: p.x + by.x, y: p.y + by.y })),
});

/** The path of a transition through its points, with round corners. */
export function smooth(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const corner = rest[i]!;
    const after = rest[i + 1]!;
    const middle = { x: (corner.x + after.x) / 2, y: (corner.y + after.y) / 2 };
    const to = i === rest.length - 2 ? after : middle;
    path += `Q${corner.x},${corner.y} ${to.x},${to.y}`;
  }
  const last = rest.at(-1);
  if (rest.length === 1 && last) path += `L${last.x},${last.y}`;
  return path;
}
