import { expect, test } from "vitest";
import { placeOf, placeOfDiagnostic, placeOfState } from "./place";

const text = '{ "StartAt": "A",\n "States": {"A": {"Type": "Pass", "Choices": [1, {"Next": "x\\"y"}]}, "a/b": {"End": true}}}';
const at = (pointer: string) => {
  const place = placeOf(text, pointer);
  return place && text.slice(place.from, place.to);
};

test.each([
  ["/StartAt", '"A"'],
  ["/States/A/Type", '"Pass"'],
  ["/States/A/Choices/0", "1"],
  ["/States/A/Choices/1/Next", '"x\\"y"'],
  ["/States/a~1b/End", "true"],
  ["", text],
  ["/States/B", undefined],
])("%s", (pointer, want) => expect(at(pointer)).toBe(want));

test("a text that is cut off does no harm", () => {
  for (let i = 0; i < text.length; i++) placeOf(text.slice(0, i), "/States/a~1b/End");
});

test("a diagnostic without a place of its own points to what is around it", () => {
  const place = placeOfDiagnostic(text, { severity: "ERROR", code: "X", message: "", location: "/States/A/Missing/Deep" });
  expect(text.slice(place.from, place.from + 7)).toBe('{"Type"');
});

test("states by name", () => {
  expect(text.slice(placeOfState(text, "a/b")?.from).startsWith('"a/b": {')).toBe(true);
  expect(placeOfState(text, "Pass")).toBeUndefined();
});
