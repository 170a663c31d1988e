import { beforeEach, expect, test } from "vitest";
import type { Store } from "@/lib/storage";
import type { Pushing, PushTarget } from "@/matrix/api";
import { type PushDesk, PushModel, type Subscribed } from "./push";

let kept: Map<string, unknown>;
let permission: NotificationPermission;
let subscription: Subscribed | null;
let serverKey: string | null;
/** What the server pushes to: keys and formats. */
let pushers: Map<string, string>;
let made: number;

beforeEach(() => {
  kept = new Map();
  permission = "default";
  subscription = null;
  serverKey = "S1";
  pushers = new Map();
  made = 0;
});

const store: Store = {
  read: <T>(key: string) => (kept.get(key) as T | undefined) ?? null,
  write: (key, value) => kept.set(key, value) !== undefined,
  remove: (key) => kept.delete(key),
  keys: () => [],
};

const desk: PushDesk = {
  able: () => true,
  quiet: true,
  permission: () => permission,
  ask: async () => (permission = permission === "default" ? "granted" : permission),
  current: async () => subscription,
  subscribe: async (server) => {
    subscription = { endpoint: "https://push.example/1", key: `K${++made}`, auth: "A", server };
    return subscription;
  },
  unsubscribe: async () => {
    subscription = null;
  },
};

const described = (text: boolean) => (text ? "text" : "ids");
const pushing: Pushing = {
  key: async () => serverKey,
  has: async (target: PushTarget, { text }) => pushers.get(target.key) === described(text),
  set: async (target, { text }) => void pushers.set(target.key, described(text)),
  remove: async (key) => void pushers.delete(key),
};

async function make(): Promise<PushModel> {
  const model = new PushModel(store, desk);
  await model.connect(pushing);
  return model;
}

test("nothing is asked or subscribed until the person turns it on", async () => {
  const model = await make();
  expect([model.state.get(), permission, subscription, pushers.size]).toEqual(["off", "default", null, 0]);
  await model.set(true);
  expect([model.state.get(), permission, [...pushers]]).toEqual(["on", "granted", [["K1", "text"]]]);
});

test("turned off, the browser and the server have forgotten it", async () => {
  const model = await make();
  await model.set(true);
  await model.set(false);
  expect([model.state.get(), subscription, pushers.size]).toEqual(["off", null, 0]);
});

test("what could not be turned off on the server is turned off at the next start", async () => {
  const model = await make();
  await model.set(true);
  const offline = new PushModel(store, desk);
  await offline.connect({ ...pushing, remove: async () => Promise.reject(new Error("no connection")) });
  await expect(offline.set(false)).rejects.toThrow("no connection");
  expect([offline.state.get(), pushers.size]).toEqual(["off", 1]);
  await make();
  expect([subscription, pushers.size]).toEqual([null, 0]);
});

test("whoever says no to the browser is not subscribed", async () => {
  permission = "denied";
  const model = await make();
  await model.set(true);
  expect([model.state.get(), subscription, pushers.size]).toEqual(["blocked", null, 0]);
});

test("a subscription that has changed takes the place of the old one at the next start", async () => {
  await (await make()).set(true);
  await desk.unsubscribe();
  const model = await make();
  expect([model.state.get(), [...pushers.keys()]]).toEqual(["on", ["K2"]]);
  serverKey = "S2";
  await model.check();
  expect([subscription?.server, [...pushers.keys()]]).toEqual(["S2", ["K3"]]);
});

test("a pusher that the server has dropped is set again, a leave that was withdrawn ends it", async () => {
  await (await make()).set(true);
  pushers.clear();
  await make();
  expect([...pushers.keys()]).toEqual(["K1"]);
  permission = "denied";
  const model = await make();
  expect([model.state.get(), subscription, pushers.size]).toEqual(["blocked", null, 0]);
});

test("what messages say is left out when one wants that", async () => {
  const model = await make();
  await model.set(true);
  await model.setText(false);
  expect([...pushers]).toEqual([["K1", "ids"]]);
  await make();
  expect([...pushers]).toEqual([["K1", "ids"]]);
});

test("a server that pushes to no browser, and one out of reach", async () => {
  serverKey = null;
  const model = await make();
  await model.set(true);
  expect([model.state.get(), subscription]).toEqual(["unavailable", null]);
  serverKey = "S1";
  const unreachable = new PushModel(store, desk);
  await unreachable.connect({ ...pushing, set: async () => Promise.reject(new Error("no connection")) });
  await expect(unreachable.set(true)).rejects.toThrow("no connection");
  expect(unreachable.state.get()).toBe("off");
});
