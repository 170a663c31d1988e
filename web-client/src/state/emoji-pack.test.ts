import { expect, test } from "vitest";
import { nameFor } from "./emoji-pack";

test("names come from the files, without what a name can't have, and none twice", () => {
  expect(nameFor("Party Parrot (1).gif", new Set())).toBe("party_parrot_1");
  expect(nameFor("grün.png", new Set())).toBe("grün");
  expect(nameFor("---.png", new Set())).toBe("---");
  expect(nameFor(":.png", new Set())).toBe("emoji");
  expect(nameFor("a.png", new Set(["a", "a_2"]))).toBe("a_3");
});
