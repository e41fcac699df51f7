import { expect, test } from "vitest";
import { parseDefinition } from "../asl/definition";
import { layout } from "../layout/layout";
import { svgOf } from "./svg";

test("a picture as a document of its own", () => {
  const flow = parseDefinition(
    JSON.stringify({
      StartAt: "A & <B>",
      States: { "A & <B>": { Type: "Map", ItemProcessor: { StartAt: "In", States: { In: { Type: "Pass", End: true } } }, Next: "Z" }, Z: { Type: "Succeed" } },
    }),
  )!;
  const picture = layout(flow);
  const svg = svgOf(picture);
  expect(svg).toContain("A &amp; &lt;B&gt;");
  expect(svg.match(/<rect/g)).toHaveLength(1 + 3);
  expect(svg.match(/marker-end/g)).toHaveLength(picture.edges.length);
  expect(svg).not.toContain("NaN");
});
