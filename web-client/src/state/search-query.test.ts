import { expect, test } from "vitest";
import { parseSearch } from "./search-query";

const names = {
  person: (name: string) => (name === "ann" ? "@ann:x" : null),
  channel: (name: string) => (name === "design review" ? "!d" : null),
};
const none = { words: "", channel: null, sender: null, has: null, after: null, before: null };

test("words alone", () => {
  expect(parseSearch("  launch   date ", null, names)).toEqual({ ...none, words: "launch date" });
});

test("filters are taken out of the words", () => {
  expect(parseSearch('from:@ann in:"design review" has:link icons', "!here", names)).toEqual({ ...none, sender: "@ann:x", channel: "!d", has: "link", words: "icons" });
});

test("days are the beginning of the day here", () => {
  const { after, before } = parseSearch("after:2025-01-02 before:2025-03-01", null, names);
  expect(new Date(after ?? 0).toString()).toContain("Jan 02 2025 00:00:00");
  expect(new Date(before ?? 0).toString()).toContain("Mar 01 2025 00:00:00");
});

test("what names nobody stays a word", () => {
  expect(parseSearch("from:nobody has:wings http://a:b", null, names)).toEqual({ ...none, words: "from:nobody has:wings http://a:b" });
});
