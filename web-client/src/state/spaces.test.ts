import { expect, test } from "vitest";
import type { Channel } from "@/matrix/model";
import { contentsOf, inSpace, joinedSpaces } from "./spaces";

function channel(id: string, more: Partial<Channel> = {}): Channel {
  return {
    id, name: id, kind: "public", avatar: null, topic: "", membership: "join", unread: 0, mentions: 0, quiet: false, attention: "all", encrypted: false,
    favourite: false, lastTs: 0, partner: null, inviter: null, members: 1, ...more,
  };
}

const all = [
  channel("!work", { kind: "space", children: ["!a", "!team"] }),
  channel("!team", { kind: "space", children: ["!b", "!work"] }),
  channel("!a"),
  channel("!b"),
  channel("!other"),
  channel("!dm", { kind: "dm" }),
  channel("!invited", { membership: "invite" }),
];

test("a workspace has what is in it, however deep, even when two contain each other", () => {
  expect([...contentsOf("!work", all)].sort()).toEqual(["!a", "!b", "!team", "!work"]);
  expect(joinedSpaces(all).map(({ id }) => id)).toEqual(["!team", "!work"]);
});

test("with a workspace chosen its channels are listed, and what is the person's own", () => {
  expect(inSpace("!work", all).map(({ id }) => id)).toEqual(["!work", "!team", "!a", "!b", "!dm", "!invited"]);
  expect(inSpace(null, all)).toBe(all);
  expect(inSpace("!gone", all)).toBe(all);
});
