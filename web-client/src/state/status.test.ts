import { beforeEach, expect, test } from "vitest";
import type { Store } from "@/lib/storage";
import { IDLE_MS, StatusModel } from "./status";

let now: number;
let said: string[];
let ticks: (() => void)[];
let kept: Map<string, unknown>;

beforeEach(() => {
  now = 1_000_000;
  said = [];
  ticks = [];
  kept = new Map();
});

function make(): StatusModel {
  const store: Store = {
    read: <T>(key: string) => (kept.get(key) as T | undefined) ?? null,
    write: (key, value) => kept.set(key, value) !== undefined,
    remove: (key) => kept.delete(key),
    keys: () => [],
  };
  const clock = {
    now: () => now,
    every: (_ms: number, work: () => void) => {
      ticks.push(work);
      return () => undefined;
    },
  };
  return new StatusModel(store, clock);
}

const target = {
  setPresence: async (state: string, status?: string) => {
    said.push(`${state} ${status ?? ""}`.trim());
  },
};

function pass(ms: number): void {
  now += ms;
  for (const tick of ticks) tick();
}

test("away after five minutes without a sign of life, online again with one", async () => {
  const model = make();
  model.connect(target);
  pass(IDLE_MS - 1);
  await Promise.resolve();
  expect(said).toEqual(["online"]);
  pass(1);
  await Promise.resolve();
  expect(said).toEqual(["online", "unavailable"]);
  // Once more, and no oftener: a request that was under way may have said otherwise.
  for (let look = 0; look < 3; look++) pass(1);
  await Promise.resolve();
  expect(said).toEqual(["online", "unavailable", "unavailable"]);
  model.active();
  await Promise.resolve();
  expect(said).toEqual(["online", "unavailable", "unavailable", "online"]);
});

test("a sign of life in another tab counts", async () => {
  const model = make();
  const other = make();
  model.connect(target);
  now += IDLE_MS - 1000;
  other.active();
  pass(2000);
  await Promise.resolve();
  expect(said).toEqual(["online"]);
});

test("a status ends by itself, and one that hides is offline", async () => {
  const model = make();
  model.connect(target);
  await model.set({ text: "🍜 at lunch", until: now + 60_000 });
  model.active();
  pass(60_000);
  await Promise.resolve();
  expect(model.status.get().text).toBe("");
  expect(said).toEqual(["online", "online 🍜 at lunch", "online"]);
  await model.hide(true);
  expect(said.at(-1)).toBe("offline");
});
