import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { smooth } from "../layout/layout";
import type { TransitionType } from "./drawn";

/** A transition, drawn through the points of the layout. */
export function TransitionEdge({ data }: EdgeProps<TransitionType>) {
  if (!data) return null;
  const { placed, taken, live } = data;
  const look = `${placed.kind} ${taken ? "taken" : live ? "untaken" : ""}`;
  return (
    <>
      <path className={`transition ${look}`} d={smooth(placed.points)} markerEnd={`url(#arrow${taken ? "-taken" : ""})`} />
      {placed.labelAt && (
        <EdgeLabelRenderer>
          <span className={`transition-label ${look}`} style={{ transform: `translate(-50%, -50%) translate(${placed.labelAt.x}px, ${placed.labelAt.y}px)` }}>
            {placed.label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

/** The arrow heads that transitions end with. */
export function Arrows() {
  return (
    <svg className="arrows" width="0" height="0" aria-hidden="true">
      <defs>
        {["arrow", "arrow-taken"].map((id) => (
          <marker key={id} id={id} className={id} viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0,1 L10,5 L0,9 z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
