import { expect, test } from "vitest";
import { condense } from "./recorder";

test("a long recording keeps the loudest of each stretch", () => {
  expect(condense([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3]);
  expect(condense([0.1, 0.2], 5)).toEqual([0.1, 0.2]);
  expect(condense(Array.from({ length: 999 }, (_, index) => index), 100)).toHaveLength(100);
});
