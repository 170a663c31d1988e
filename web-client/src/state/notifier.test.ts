import { beforeEach, expect, test } from "vitest";
import type { Store } from "@/lib/storage";
import type { Notice } from "@/matrix/model";
import { type Desk, Notifier } from "./notifier";

const notice: Notice = { channel: "!a", channelName: "design", event: "$1", sender: { id: "@ben:x", name: "Ben", avatar: null }, text: "hello", ts: 5, loud: false };

let shown: string[];
let permission: NotificationPermission;
let looking: string | null;

beforeEach(() => {
  shown = [];
  permission = "default";
  looking = null;
});

function make(): Notifier {
  const kept = new Map<string, unknown>();
  const store: Store = {
    read: <T>(key: string) => (kept.get(key) as T | undefined) ?? null,
    write: (key, value) => kept.set(key, value) !== undefined,
    remove: (key) => kept.delete(key),
    keys: () => [],
  };
  const desk: Desk = {
    permission: () => permission,
    ask: async () => (permission = permission === "default" ? "granted" : permission),
    looksAt: (channel) => channel === looking,
    hasOpen: (channel) => channel === looking,
    show: (title, body) => void shown.push(`${title}: ${body}`),
    shown: async () => ["!a", "!b"],
    clear: (tag) => void shown.push(`cleared ${tag}`),
  };
  return new Notifier(store, desk);
}

function line(id: string, unread: number, lastTs: number) {
  return { id, unread, mentions: 0, quiet: false, lastTs };
}

test("nothing is shown until the person turned it on", async () => {
  const notifier = make();
  notifier.tell(notice);
  expect(shown).toEqual([]);
  await notifier.set(true);
  expect(notifier.state.get()).toBe("on");
  notifier.tell(notice);
  expect(shown).toEqual(["Ben in design: hello"]);
});

test("the channel that one looks at stays silent", async () => {
  const notifier = make();
  await notifier.set(true);
  looking = "!a";
  notifier.tell(notice);
  expect(shown).toEqual([]);
});

test("a browser that was told no is said to block", async () => {
  permission = "denied";
  const notifier = make();
  await notifier.set(true);
  expect(notifier.state.get()).toBe("blocked");
});

test("what was told is taken back once it is read, here or elsewhere", async () => {
  const notifier = make();
  await notifier.set(true);
  notifier.tell(notice);
  notifier.follow([line("!a", 0, 4)]);
  // The server counts a message a little later than it sends it.
  notifier.follow([{ ...line("!a", 0, 5), quiet: true }]);
  notifier.follow([line("!a", 1, 5)]);
  expect(shown).toEqual(["Ben in design: hello"]);
  notifier.follow([line("!a", 0, 5)]);
  notifier.follow([line("!a", 0, 5)]);
  expect(shown).toEqual(["Ben in design: hello", "cleared !a"]);
});

test("what a push has shown is taken back in the same way, and a page that tells itself says so", async () => {
  const notifier = make();
  expect(notifier.handles("!a", true)).toBe(false);
  looking = "!a";
  expect(notifier.handles("!a", false)).toBe(true);
  looking = null;
  await notifier.set(true);
  expect([notifier.handles("!a", true), notifier.handles("!a", false)]).toEqual([true, false]);
  await notifier.adopt();
  notifier.follow([line("!a", 1, 4), line("!b", 0, 4)]);
  expect(shown).toEqual(["cleared !b"]);
});
