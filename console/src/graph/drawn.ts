import type { Edge, Node } from "@xyflow/react";
import type { Frame, Model, Visit } from "../history/model";
import type { Shown } from "../history/shown";
import { endId, startId, type Picture, type PlacedEdge, type PlacedNode } from "../layout/layout";

/** What was chosen in the graph: a state, and the event that tells which visit or iteration. */
export interface Choice {
  state: string;
  at?: number;
}

export interface StateData extends Record<string, unknown> {
  placed: PlacedNode;
  visit?: Visit;
  /** The iteration whose states are shown, for a Map. */
  iteration?: Frame;
  /** How often the state was entered where it is shown. */
  times: number;
  selected: boolean;
  /** Whether there is an execution to show at all. */
  live: boolean;
  onSelect?: (choice: Choice) => void;
}

export interface TransitionData extends Record<string, unknown> {
  placed: PlacedEdge;
  taken: boolean;
  live: boolean;
}

export type StateNodeType = Node<StateData>;
export type TransitionType = Edge<TransitionData>;

interface What {
  picture: Picture;
  model?: Model;
  shown?: Shown;
  selected?: string;
  onSelect?: (choice: Choice) => void;
}

/** The nodes that the canvas draws: the picture's, with what the execution made of them. */
export function drawnNodes({ picture, model, shown, selected, onSelect }: What): StateNodeType[] {
  return picture.nodes.map((placed) => {
    const visit = shown?.visits.get(placed.id);
    return {
      id: placed.id,
      type: placed.kind,
      parentId: placed.parent,
      position: { x: placed.x, y: placed.y },
      width: placed.width,
      height: placed.height,
      zIndex: placed.kind === "container" ? 0 : 1,
      data: {
        placed, visit, selected: selected === placed.id, live: model !== undefined, onSelect,
        iteration: visit && shown?.iterations.get(visit.id),
        times: visit ? timesIn(visit) : 0,
      },
    };
  });
}

const timesIn = (visit: Visit) => {
  let times = 0;
  for (const other of visit.frame.visits) if (other.name === visit.name) times++;
  return times;
};

/** The edges that the canvas draws. */
export function drawnEdges({ picture, model, shown }: What): TransitionType[] {
  return picture.edges.map((placed) => ({
    id: placed.id,
    source: placed.source,
    target: placed.target,
    type: "transition",
    zIndex: 1,
    data: { placed, taken: shown !== undefined && isTaken(placed, model, shown), live: model !== undefined },
  }));
}

function isTaken({ source, target, kind }: PlacedEdge, model: Model | undefined, shown: Shown): boolean {
  if (source === startId) return shown.visits.has(target);
  const visit = shown.visits.get(source);
  if (target === endId) return visit !== undefined && model?.top.visits.at(-1) === visit && model.endedAt !== undefined && (visit.exited || visit.type === "Fail");
  if (!shown.taken.has(`${source}→${target}`)) return false;
  // A state may lead to another both by a catcher and without one; how it was left tells which.
  return kind === "catch" ? visit?.status === "caught" : visit?.status !== "caught";
}
