import { beforeEach, expect, test } from "vitest";
import type { Store } from "@/lib/storage";
import { type Later, RequestFailed } from "@/matrix/api";
import type { Fate, LaterLimits, Scheduled, ScheduledContent } from "@/matrix/model";
import { ScheduledModel } from "./scheduled";

const MINUTE = 60_000;
let now: number;
let timers: { due: number; work: () => void }[];
let kept: Map<string, string>;
let told: string[];

beforeEach(() => {
  now = 1_000_000;
  timers = [];
  kept = new Map();
  told = [];
});

const store: Store = {
  read: <T>(key: string) => (kept.has(key) ? (JSON.parse(kept.get(key) as string) as T) : null),
  write: (key, value) => Boolean(kept.set(key, JSON.stringify(value))),
  remove: (key) => kept.delete(key),
  keys: () => [...kept.keys()],
};

/** A server that takes what it is given; `refuses` is thrown by the next request that changes something. */
class FakeServer implements Later {
  waiting: Scheduled[] = [];
  fates = new Map<string, Fate>();
  said: string[] = [];
  refuses: Error | null = null;
  allowed: LaterLimits | null = { maxMs: 30 * 24 * 60 * MINUTE, most: 2 };
  #next = 1;

  limits = async () => this.allowed;
  list = async () => this.waiting;
  fate = async (id: string): Promise<Fate> => this.fates.get(id) ?? { is: "gone" };
  async schedule(channel: string, content: object, at: number): Promise<string> {
    this.#check(`schedule ${(content as ScheduledContent).body} ${(at - 1_000_000) / MINUTE}`);
    const id = `d${this.#next++}`;
    this.waiting = [...this.waiting, { id, channel, at, content: content as ScheduledContent }];
    return id;
  }
  send = async (id: string) => this.#end(id, "send");
  cancel = async (id: string) => this.#end(id, "cancel");

  #end(id: string, how: string): void {
    this.#check(`${how} ${id}`);
    this.waiting = this.waiting.filter((entry) => entry.id !== id);
  }

  #check(what: string): void {
    const error = this.refuses;
    this.refuses = null;
    if (error) throw error;
    this.said.push(what);
  }
}

async function make(server: FakeServer): Promise<ScheduledModel> {
  const clock = {
    now: () => now,
    after: (ms: number, work: () => void) => {
      const timer = { due: now + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  };
  const model = new ScheduledModel(store, clock);
  await model.connect(server, (text) => told.push(text));
  return model;
}

/** Lets time go by, and answers arrive. */
async function pass(ms: number): Promise<void> {
  now += ms;
  const due = timers.filter((timer) => timer.due <= now);
  timers = timers.filter((timer) => timer.due > now);
  for (const { work } of due) work();
  await new Promise((resolve) => setTimeout(resolve));
}

const bodies = (model: ScheduledModel) => model.entries.get().map(({ content, failure }) => `${content?.body}${failure ? `: ${failure}` : ""}`);
const later = (minutes: number) => now + minutes * MINUTE;

test("what is scheduled is listed by its time, and there again after a reload", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "second" }, later(10));
  await model.add("!b", { body: "first" }, later(5));
  expect(bodies(model)).toEqual(["first", "second"]);
  expect(new ScheduledModel(store).entries.get()).toEqual(model.entries.get());
});

test("what can't be opened now is remembered as it was written", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "secret" }, later(5));
  server.waiting = [{ id: "d1", channel: "!a", at: later(5), content: null }];
  await model.refresh();
  expect(bodies(model)).toEqual(["secret"]);
});

test("what was sent at its time leaves the list by itself", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "soon" }, later(1));
  server.waiting = [];
  server.fates.set("d1", { is: "sent" });
  await pass(MINUTE + 1000);
  expect(bodies(model)).toEqual([]);
  expect(told).toEqual([]);
});

test("one that is late is looked after again, less and less often", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "late" }, later(1));
  const waits: number[] = [];
  for (let time = 0; time < 5; time++) {
    waits.push((timers[0]?.due ?? 0) - now);
    await pass(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([MINUTE + 700, 1400, 2800, 5600, 11_200]);
  expect(bodies(model)).toEqual(["late"]);
});

test("one that was refused stays with the reason, also when that happened while nobody was here", async () => {
  const server = new FakeServer();
  await (await make(server)).add("!a", { body: "no more" }, later(1));
  server.waiting = [];
  server.fates.set("d1", { is: "refused", reason: "You may not write there any more." });
  const model = await make(server);
  expect(bodies(model)).toEqual(["no more: You may not write there any more."]);
  expect(told).toEqual(["A scheduled message could not be sent: You may not write there any more."]);
  await model.refresh();
  expect(told).toHaveLength(1);
  const [failed] = model.entries.get();
  if (failed) model.dismiss(failed);
  expect(bodies(model)).toEqual([]);
});

test("a cancelled one can be had back for a moment", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "maybe" }, later(5));
  const [entry] = model.entries.get();
  if (!entry) throw new Error("nothing there");
  await model.cancel(entry);
  expect(bodies(model)).toEqual([]);
  await model.undo(entry);
  expect(bodies(model)).toEqual(["maybe"]);
  expect(model.cancelled.get()).toEqual([]);
  expect(server.said).toEqual(["schedule maybe 5", "cancel d1", "schedule maybe 5"]);
});

test("a change schedules anew before it cancels; when that is too late, there are not two", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await model.add("!a", { body: "one" }, later(5));
  const [entry] = model.entries.get();
  if (!entry) throw new Error("nothing there");
  await model.change(entry, { body: "two" }, later(6));
  expect(server.said).toEqual(["schedule one 5", "schedule two 6", "cancel d1"]);
  const [changed] = model.entries.get();
  if (!changed) throw new Error("nothing there");
  const schedule = server.schedule.bind(server);
  server.schedule = async (...args) => {
    const id = await schedule(...args);
    server.refuses = new RequestFailed("The event has been sent.", "M_UNKNOWN", 409);
    return id;
  };
  await expect(model.change(changed, { body: "three" }, later(7))).rejects.toThrow("The event has been sent.");
  expect(server.said.slice(3)).toEqual(["schedule three 7", "cancel d3"]);
});

test("what the server does not take is said before or after it is asked", async () => {
  const server = new FakeServer();
  const model = await make(server);
  await expect(model.add("!a", { body: "far" }, later(31 * 24 * 60))).rejects.toThrow("this server waits 30 days at most");
  await model.add("!a", { body: "one" }, later(1));
  await model.add("!a", { body: "two" }, later(2));
  server.refuses = new RequestFailed("Too many requests.", "M_LIMIT_EXCEEDED", 429);
  await expect(model.add("!a", { body: "three" }, later(3))).rejects.toThrow("No more than 2 messages can wait");
  expect(bodies(model)).toEqual(["one", "two"]);
});

test("a server that sends nothing later is found out", async () => {
  const server = new FakeServer();
  server.allowed = null;
  const model = await make(server);
  expect(model.limits.get()).toBeNull();
});
