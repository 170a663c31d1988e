import { expect, test } from "vitest";
import type { Channel } from "@/matrix/model";
import { inOrder, neighbour, sectionsOf, totals } from "./channel-list";

function channel(id: string, more: Partial<Channel> = {}): Channel {
  return {
    id, name: id, kind: "public", avatar: null, topic: "", membership: "join", unread: 0, mentions: 0, quiet: false, attention: "all",
    encrypted: false, favourite: false, lastTs: 0, partner: null, inviter: null, members: 1, ...more,
  };
}

const list = [
  channel("zoo", { unread: 2, mentions: 1 }),
  channel("Ant"),
  channel("bob", { kind: "dm", lastTs: 1 }),
  channel("ann", { kind: "dm", lastTs: 2 }),
  channel("star", { favourite: true }),
  channel("new", { membership: "invite" }),
  channel("work", { kind: "space" }),
];

test("sections: invitations, favourites, channels by name, people by time", () => {
  expect(inOrder(sectionsOf(list)).map(({ id }) => id)).toEqual(["new", "star", "Ant", "zoo", "ann", "bob"]);
});

test("neighbours go round, and can skip what is read", () => {
  const order = inOrder(sectionsOf(list));
  expect(neighbour(order, "bob", 1, false)?.id).toBe("new");
  expect(neighbour(order, "new", -1, false)?.id).toBe("bob");
  expect(neighbour(order, "star", 1, true)?.id).toBe("zoo");
  expect(neighbour(order, "zoo", 1, true)).toBeNull();
  expect(neighbour(order, null, 1, false)?.id).toBe("new");
});

test("totals count invitations as unread", () => {
  expect(totals(list)).toEqual({ unread: 3, mentions: 1 });
});
