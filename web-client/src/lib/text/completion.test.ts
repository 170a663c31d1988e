import { expect, test } from "vitest";
import { bestMatches, completionAt } from "./completion";

test.each([
  ["hello @an", { kind: "@", query: "an", from: 6, to: 9 }],
  ["@", { kind: "@", query: "", from: 0, to: 1 }],
  ["#gen", { kind: "#", query: "gen", from: 0, to: 4 }],
  [":smi", { kind: ":", query: "smi", from: 0, to: 4 }],
  ["mail@example", null],
  ["at 10:30", null],
  [":-)", null],
  [":)", null],
  ["done @ann ", null],
])("in %j", (text, expected) => {
  expect(completionAt(text, text.length)).toEqual(expected);
});

test("beginnings come first", () => {
  expect(bestMatches(["banana", "the ant", "ant", "anthill"], "ant", (text) => [text], 3)).toEqual(["ant", "anthill", "the ant"]);
});
