import { expect, test } from "vitest";
import { firstChannels } from "./first-channels";

const state = (type: string, content: Record<string, unknown>, state_key = "") => ({ type, state_key, content });

test("names, kinds and counts are read from a first sync", () => {
  const channels = firstChannels(
    {
      account_data: { events: [{ type: "m.direct", content: { "@ben:x": ["!dm:x"] } }] },
      rooms: {
        join: {
          "!talk:x": {
            "org.matrix.msc4222.state_after": { events: [state("m.room.name", { name: "talk" }), state("m.room.join_rules", { join_rule: "public" }), state("m.room.encryption", {})] },
            timeline: { events: [{ type: "m.room.message", origin_server_ts: 7 }] },
            account_data: { events: [{ type: "m.tag", content: { tags: { "m.favourite": {} } } }] },
            unread_notifications: { notification_count: 3, highlight_count: 1 },
            summary: { "m.joined_member_count": 4 },
          },
          "!dm:x": { state: { events: [state("m.room.member", { displayname: "Ben", avatar_url: "mxc://x/a" }, "@ben:x")] } },
          "!space:x": { state: { events: [state("m.room.create", { type: "m.space" }), state("m.room.name", { name: "all" }), state("m.space.child", { via: ["x"] }, "!talk:x"), state("m.space.child", {}, "!gone:x")] } },
          "!group:x": { summary: { "m.heroes": ["@me:x", "@ann:x"] } },
          "!old:x": { state: { events: [state("m.room.tombstone", { replacement_room: "!talk:x" })] } },
        },
      },
    },
    "@me:x",
  );
  const by = (id: string) => channels.find((channel) => channel.id === id);
  expect(by("!talk:x")).toMatchObject({ name: "talk", kind: "public", encrypted: true, favourite: true, unread: 3, mentions: 1, members: 4, lastTs: 7 });
  expect(by("!dm:x")).toMatchObject({ name: "Ben", kind: "dm", avatar: "mxc://x/a", partner: "@ben:x" });
  expect(by("!space:x")).toMatchObject({ kind: "space", children: ["!talk:x"] });
  expect(by("!group:x")?.name).toBe("ann");
  expect(by("!old:x")).toBeUndefined();
});

test("later events of the timeline count, and nonsense does not throw", () => {
  const [channel] = firstChannels({ rooms: { join: { "!a:x": { state: { events: [state("m.room.name", { name: "old" })] }, timeline: { events: [state("m.room.name", { name: "new" })] } } } } }, "@me:x");
  expect(channel?.name).toBe("new");
  expect(firstChannels({ rooms: { join: { "!b:x": { state: { events: [state("m.room.name", { name: 5 }), { type: "m.room.topic", state_key: "" }] } } } } }, "@me:x")[0]?.name).toBe("!b:x");
  expect(firstChannels({}, "@me:x")).toEqual([]);
});
