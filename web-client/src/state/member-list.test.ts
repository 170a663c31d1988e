import { expect, test } from "vitest";
import type { Member, Rights } from "@/matrix/model";
import { memberRows } from "./member-list";

const member = (id: string, membership: Member["membership"] = "join"): Member => ({ id, name: id, avatar: null, membership, power: 0 });
const list = [member("ann"), member("ben", "ban"), member("chloe", "knock"), member("dan", "leave"), member("eve", "invite")];
const all = { invite: true, ban: true } as Rights;

test("who asks stands first, who is banned last, who left nowhere", () => {
  expect(memberRows(list, "", all).map(({ key }) => key)).toEqual(["knocks", "chloe", "ann", "eve", "banned", "ben"]);
});

test("one who may do nothing about them sees the members only", () => {
  expect(memberRows(list, "", { invite: false, ban: false } as Rights).map(({ key }) => key)).toEqual(["ann", "eve"]);
  expect(memberRows(list, "", null).map(({ key }) => key)).toEqual(["ann", "eve"]);
});

test("a search goes over all of them", () => {
  expect(memberRows(list, "be", all).map(({ key }) => key)).toEqual(["banned", "ben"]);
});
