import { expect, test } from "vitest";
import { excerpt, markWords } from "./marks";

test("words are marked whatever their case, longer ones first", () => {
  expect(markWords("Launch the launcher", ["launch", "launcher"])).toEqual([
    { text: "Launch", marked: true },
    { text: " the ", marked: false },
    { text: "launcher", marked: true },
  ]);
  expect(markWords("a+b", ["+"])[1]).toEqual({ text: "+", marked: true });
  expect(markWords("plain", [])).toEqual([{ text: "plain", marked: false }]);
});

test("an excerpt is around the first word", () => {
  const text = `${"before ".repeat(40)}needle ${"after ".repeat(40)}`;
  const shown = excerpt(text, ["needle"], 90);
  expect(shown).toMatch(/^…before .*needle after .*…$/);
  expect(shown.length).toBeLessThan(100);
  expect(excerpt("short", ["x"], 90)).toBe("short");
});
