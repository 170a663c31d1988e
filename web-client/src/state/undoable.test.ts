import { expect, test } from "vitest";
import type { Store } from "@/lib/storage";
import { type Task, Undoables, type UndoTimer } from "./undoable";

function desk() {
  const kept = new Map<string, unknown>();
  const store: Store = {
    read: <T>(key: string) => (kept.get(key) as T | undefined) ?? null,
    write: (key, value) => Boolean(kept.set(key, structuredClone(value))),
    remove: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
  const waiting = new Set<() => void>();
  const timer: UndoTimer = {
    after: (_ms, work) => {
      waiting.add(work);
      return () => waiting.delete(work);
    },
  };
  const done: Task[] = [];
  const run = (task: Task) => {
    done.push(task);
    return Promise.resolve(true);
  };
  const pass = async () => {
    for (const work of waiting) work();
    waiting.clear();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { store, timer, done, run, pass };
}

const deletion: Task = { kind: "delete", channel: "!a", event: "$1" };

test("a deletion shows at once and is done after the pause", async () => {
  const { store, timer, done, run, pass } = desk();
  const undoables = new Undoables(store, timer);
  undoables.connect(run);
  undoables.plan(deletion);
  expect(undoables.deletes("$1")).toBe(true);
  expect(done).toEqual([]);
  await pass();
  expect(done).toEqual([deletion]);
  expect(undoables.deletes("$1")).toBe(false);
});

test("what is taken back never happens", async () => {
  const { store, timer, done, run, pass } = desk();
  const undoables = new Undoables(store, timer);
  undoables.connect(run);
  const undo = undoables.plan({ kind: "leave", channel: "!a" });
  expect(undoables.leaves("!a")).toBe(true);
  undo();
  await pass();
  expect(done).toEqual([]);
  expect(undoables.leaves("!a")).toBe(false);
});

test("what waited when the page went away is done at the next start", async () => {
  const { store, timer, done, run } = desk();
  new Undoables(store, timer).plan(deletion);
  const next = new Undoables(store, timer);
  expect(next.deletes("$1")).toBe(true);
  next.connect(run);
  await Promise.resolve();
  await Promise.resolve();
  expect(done).toEqual([deletion]);
  expect(new Undoables(store, timer).deletes("$1")).toBe(false);
});

test("a channel stays out of the list until the list knows that it was left", async () => {
  const { store, timer, run, pass } = desk();
  const undoables = new Undoables(store, timer);
  undoables.connect(run);
  undoables.plan({ kind: "leave", channel: "!a" });
  await pass();
  undoables.settle(new Set(["!a", "!b"]));
  expect(undoables.leaves("!a")).toBe(true);
  undoables.settle(new Set(["!b"]));
  expect(undoables.leaves("!a")).toBe(false);
});
