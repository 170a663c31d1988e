import { expect, test } from "vitest";
import { filterOf, withFilter } from "./search-filters";

test("a filter is set, changed and taken away, and the words stay", () => {
  const one = withFilter("garden fence", "from", "Ann Lee");
  expect(one).toBe('garden fence from:"Ann Lee"');
  expect(filterOf(one, "from")).toBe("Ann Lee");
  const two = withFilter(withFilter(one, "from", "ben"), "has", "link");
  expect(two).toBe("garden fence from:ben has:link");
  expect(withFilter(withFilter(two, "from", ""), "has", "")).toBe("garden fence");
  expect(filterOf("has:file", "from")).toBe("");
});
