import { expect, test } from "vitest";
import { linkify } from "./linkify";

test.each([
  ["see https://a.example/x.", ["see ", "<https://a.example/x>", "."]],
  ["(https://a.example/wiki_(x))", ["(", "<https://a.example/wiki_(x)>", ")"]],
  ["nothing here", ["nothing here"]],
  ["javascript:alert(1)", ["javascript:alert(1)"]],
])("%s", (text, expected) => {
  expect(linkify(text).map((part) => (part.href ? `<${part.href}>` : part.text))).toEqual(expected);
});
