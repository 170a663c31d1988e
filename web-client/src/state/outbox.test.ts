import { expect, test, vi } from "vitest";
import type { SendResult } from "@/matrix/api";
import type { Store } from "@/lib/storage";
import { Outbox, type Timer } from "./outbox";

function memoryStore(): Store {
  const data = new Map<string, string>();
  return {
    read: <T>(key: string) => (data.has(key) ? (JSON.parse(data.get(key) as string) as T) : null),
    write: (key, value) => Boolean(data.set(key, JSON.stringify(value))),
    remove: (key) => void data.delete(key),
    keys: () => [...data.keys()],
  };
}

/** Waits end only when the test says so. */
function manualTimer() {
  const pending: (() => void)[] = [];
  const timer: Timer = { now: () => 1000, wait: () => new Promise((resolve) => pending.push(resolve)) };
  return { timer, pass: () => pending.splice(0).forEach((go) => go()) };
}

const message = (body: string) => ({ channel: "!a", thread: null, type: "m.room.message", content: { body } });
const states = (outbox: Outbox) => outbox.entries.get().map((entry) => `${entry.content.body}:${entry.state}`);

function server(answers: SendResult[]) {
  const got: string[] = [];
  return {
    got,
    send: async (_channel: string, _thread: string | null, _type: string, content: object) => {
      got.push((content as { body: string }).body);
      return answers.shift() ?? { ok: true as const, event: `$${got.length}` };
    },
  };
}

test("a message that cannot go holds the later ones back, and all arrive in order", async () => {
  const { timer, pass } = manualTimer();
  const outbox = new Outbox(memoryStore(), timer);
  const one = server([{ ok: false, retry: true, afterMs: 10 }]);
  outbox.connect(one);
  outbox.add(message("first"));
  outbox.add(message("second"));
  await vi.waitFor(() => expect(states(outbox)).toEqual(["first:waiting", "second:sending"]));
  expect(one.got).toEqual(["first"]);
  pass();
  await vi.waitFor(() => expect(states(outbox)).toEqual(["first:sent", "second:sent"]));
  expect(one.got).toEqual(["first", "first", "second"]);
});

test("what is unsent survives a reload, and a refused message does not block", async () => {
  const store = memoryStore();
  const before = new Outbox(store, manualTimer().timer);
  before.add(message("kept"));
  before.add(message("also kept"));
  const after = new Outbox(store, manualTimer().timer);
  expect(states(after)).toEqual(["kept:waiting", "also kept:waiting"]);
  after.connect(server([{ ok: false, retry: false, reason: "no" }]));
  await vi.waitFor(() => expect(states(after)).toEqual(["kept:failed", "also kept:sent"]));
  expect(store.read<unknown[]>("outbox")).toHaveLength(1);
});

test("retry sends what failed again with the same transaction", async () => {
  const outbox = new Outbox(memoryStore(), manualTimer().timer);
  outbox.connect(server([{ ok: false, retry: false, reason: "no" }]));
  const txn = outbox.add(message("x"));
  await vi.waitFor(() => expect(states(outbox)).toEqual(["x:failed"]));
  outbox.retry(txn);
  await vi.waitFor(() => expect(states(outbox)).toEqual(["x:sent"]));
  outbox.seen(new Set([txn]));
  expect(outbox.entries.get()).toEqual([]);
});
