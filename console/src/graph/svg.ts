import type { Shown } from "../history/shown";
import { smooth, type Picture, type PlacedNode, type Point } from "../layout/layout";
import type { Status } from "../history/model";

/** Colours of an exported picture: line and filling. It is looked at on white, wherever it goes. */
const colours: Record<Status | "none", [string, string]> = {
  running: ["#1458b8", "#e2edfb"],
  succeeded: ["#0b6b55", "#dcf2ea"],
  failed: ["#b3261e", "#fce6e3"],
  caught: ["#8a5300", "#fdefd6"],
  timedOut: ["#8a3b00", "#fde8da"],
  aborted: ["#5b5670", "#eceaf2"],
  none: ["#8a94a1", "#ffffff"],
};
const signs: Record<Status, string> = { running: "…", succeeded: "✓", failed: "✗", caught: "!", timedOut: "⏱", aborted: "■" };
const margin = 20;
/** Room of a letter of a name, in pixels; longer names are cut. */
const letter = 7.8;

/** A picture as an SVG document of its own: what the graph shows, without the page around it. */
export function svgOf(picture: Picture, shown?: Shown): string {
  const byId = new Map(picture.nodes.map((node) => [node.id, node]));
  const place = (node: PlacedNode): Point => {
    const parent = node.parent === undefined ? undefined : byId.get(node.parent);
    const corner = parent ? place(parent) : { x: 0, y: 0 };
    return { x: corner.x + node.x, y: corner.y + node.y };
  };
  const parts = picture.nodes.filter((n) => n.kind === "container").map((n) => drawNode(n, place(n), shown));
  for (const edge of picture.edges) {
    const dash = edge.kind === "catch" ? ' stroke-dasharray="5 4"' : "";
    parts.push(`<path d="${smooth(edge.points)}" fill="none" stroke="#56646f" stroke-width="1.5"${dash} marker-end="url(#arrow)"/>`);
    if (edge.labelAt) parts.push(`<text x="${edge.labelAt.x}" y="${edge.labelAt.y + 4}" text-anchor="middle" font-size="11" fill="#17202b" stroke="#fff" stroke-width="4" paint-order="stroke">${escape(edge.label)}</text>`);
  }
  parts.push(...picture.nodes.filter((n) => n.kind !== "container").map((n) => drawNode(n, place(n), shown)));
  const [width, height] = [picture.width + 2 * margin, picture.height + 2 * margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-margin} ${-margin} ${width} ${height}" font-family="system-ui, sans-serif">`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,1 L10,5 L0,9 z" fill="#56646f"/></marker></defs>',
    `<rect x="${-margin}" y="${-margin}" width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    "</svg>",
  ].join("\n");
}

function drawNode(node: PlacedNode, { x, y }: Point, shown?: Shown): string {
  const status = shown?.visits.get(node.id)?.status;
  const [line, filling] = colours[status ?? "none"];
  if (node.kind === "start" || node.kind === "end") {
    const r = node.width / 2;
    return `<circle cx="${x + r}" cy="${y + r}" r="${r - 1}" fill="${node.kind === "start" ? "#8a94a1" : "#fff"}" stroke="#8a94a1" stroke-width="${node.kind === "end" ? 5 : 2}"/>`;
  }
  const container = node.kind === "container";
  const letters = Math.floor((node.width - 44) / letter);
  const name = node.id.length > letters ? `${node.id.slice(0, letters - 1)}…` : node.id;
  return [
    `<rect x="${x}" y="${y}" width="${node.width}" height="${node.height}" rx="8" fill="${container ? "#f5f6f8" : filling}" stroke="${line}" stroke-width="1.5"/>`,
    `<text x="${x + 12}" y="${y + (container ? 24 : 22)}" font-size="13.5" font-weight="600" fill="#17202b">${escape(name)}</text>`,
    container ? "" : `<text x="${x + 12}" y="${y + 39}" font-size="11" fill="#566170">${escape(node.state?.type ?? "")}</text>`,
    status ? `<text x="${x + node.width - 12}" y="${y + 24}" font-size="14" text-anchor="end" fill="${line}">${signs[status]}</text>` : "",
  ].join("");
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign]!);

/** Hands a picture to the reader as a file. */
export function saveSvg(picture: Picture, shown: Shown | undefined, name: string): void {
  const address = URL.createObjectURL(new Blob([svgOf(picture, shown)], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name.replace(/[^\w.-]+/g, "-")}.svg`;
  link.click();
  URL.revokeObjectURL(address);
}
