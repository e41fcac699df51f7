import "@xyflow/react/dist/style.css";
import "./graph.css";
import { Background, MiniMap, Panel, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Workflow } from "../asl/definition";
import type { Model } from "../history/model";
import { originOf } from "../history/origin";
import type { Shown } from "../history/shown";
import { askLayout } from "../layout/ask";
import type { Picture } from "../layout/layout";
import { IconButton } from "../ui/controls";
import { ErrorNote, Loading } from "../ui/notes";
import { StatusIcon, statusLabel } from "../ui/status";
import { drawnEdges, drawnNodes, type Choice, type StateNodeType } from "./drawn";
import { saveSvg } from "./svg";
import { BorderCircle, ContainerBox, StateBox } from "./nodes";
import { Arrows, TransitionEdge } from "./Transition";

const nodeTypes = { state: StateBox, container: ContainerBox, start: BorderCircle, end: BorderCircle };
const edgeTypes = { transition: TransitionEdge };
const fit = { padding: 0.06, maxZoom: 1 };
/** Below this zoom a whole picture cannot be read. */
const readableZoom = 0.55;
const restingZoom = 0.8;
/** Smaller pictures need no map of themselves. */
const mapFrom = 14;

interface Props {
  flow: Workflow;
  /** What the picture is of; the name of its file. */
  name: string;
  model?: Model;
  shown?: Shown;
  /** The name of the selected state. */
  selected?: string;
  onSelect?: (choice: Choice | undefined) => void;
}

/** A definition as a graph; with an execution, as that execution went through it. */
export default function Graph(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ flow, name, model, shown, selected, onSelect }: Props) {
  const { picture, mistake } = usePicture(flow);
  const { fitView, setCenter, zoomIn, zoomOut } = useReactFlow();
  const box = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => (picture ? drawnNodes({ picture, model, shown, selected, onSelect }) : []), [picture, model, shown, selected, onSelect]);
  const edges = useMemo(() => (picture ? drawnEdges({ picture, model, shown }) : []), [picture, model, shown]);

  const focus = selected ?? (model && (originOf(model) ?? model.failedIn)?.name) ?? (model?.status === "running" ? model.visits.at(-1)?.name : undefined);
  const focused = useRef(focus);
  focused.current = focus;
  useEffect(() => {
    const canvas = box.current;
    if (!picture || !canvas) return;
    // What asks for attention is shown at a size that can be read; otherwise the picture is shown whole.
    const look = () => {
      const zoom = Math.min(canvas.clientWidth / picture.width, canvas.clientHeight / picture.height);
      const at = zoom < readableZoom && focused.current !== undefined ? middleOf(picture, focused.current) : undefined;
      if (at) void setCenter(at.x, at.y, { zoom: restingZoom });
      else void fitView(fit);
    };
    const again = new ResizeObserver(look);
    again.observe(canvas);
    return () => again.disconnect();
  }, [picture, fitView, setCenter]);

  if (mistake) return <ErrorNote error={mistake} />;
  if (!picture) return <Loading what="the graph" />;
  return (
    <div className="graph">
      <Arrows />
      <div className="canvas" ref={box}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        minZoom={0.05}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={picture.nodes.length > 150}
        onPaneClick={() => onSelect?.(undefined)}
        proOptions={{ hideAttribution: true }}
        aria-label="Graph of the state machine"
      >
        <Background gap={22} size={1} />
        {picture.nodes.length >= mapFrom && <Overview picture={picture} />}
        <Panel position="top-right" className="graph-buttons">
          <IconButton icon="plus" name="Larger" onClick={() => void zoomIn()} />
          <IconButton icon="minus" name="Smaller" onClick={() => void zoomOut()} />
          <IconButton icon="fit" name="Fit into view" onClick={() => void fitView({ ...fit, duration: 200 })} />
          <IconButton icon="save" name="Save as SVG" onClick={() => saveSvg(picture, shown, name)} />
        </Panel>
      </ReactFlow>
      </div>
      {model && <Legend />}
    </div>
  );
}

/** A small map of the picture, while some of it is out of sight. */
function Overview({ picture }: { picture: Picture }) {
  const whole = useStore(({ transform: [x, y, zoom], width, height }) => x >= 0 && y >= 0 && x + picture.width * zoom <= width && y + picture.height * zoom <= height);
  if (whole) return null;
  return (
    <MiniMap<StateNodeType> pannable zoomable ariaLabel="Map of the graph" nodeClassName={({ type, data }) => `map-${type} is-${data.visit?.status ?? "none"}`} />
  );
}

/** The middle of a state, in the picture's coordinates; of the first one, if there is no such state. */
function middleOf(picture: Picture, name: string): { x: number; y: number } {
  const byId = new Map(picture.nodes.map((node) => [node.id, node]));
  const node = byId.get(name) ?? picture.nodes[0];
  const middle = { x: (node?.width ?? 0) / 2, y: (node?.height ?? 0) / 2 };
  for (let around = node; around; around = around.parent === undefined ? undefined : byId.get(around.parent)) {
    middle.x += around.x;
    middle.y += around.y;
  }
  return middle;
}

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      {(["running", "succeeded", "failed", "caught", "aborted"] as const).map((status) => (
        <li key={status}>
          <StatusIcon status={status} /> {statusLabel(status)}
        </li>
      ))}
    </ul>
  );
}

function usePicture(flow: Workflow): { picture?: Picture; mistake?: unknown } {
  const [state, setState] = useState<{ picture?: Picture; mistake?: unknown }>({});
  useEffect(() => {
    let current = true;
    askLayout(flow).then(
      (picture) => current && setState({ picture }),
      (mistake: unknown) => current && setState((before) => ({ ...before, mistake })),
    );
    return () => {
      current = false;
    };
  }, [flow]);
  return state;
}
