import { afterEach, expect, test, vi } from "vitest";
import { Tabs } from "./tabs";

/** Locks of one browser, as far as the tabs use them: held until the holder goes, the next in line is let in then. */
class Locks {
  #held = false;
  #queue: (() => void)[] = [];

  request(_name: string, options: unknown, work?: (lock: object | null) => unknown): Promise<void> {
    const run = (work ?? options) as (lock: object | null) => unknown;
    if (this.#held && work) return Promise.resolve(run(null)).then(() => undefined);
    if (this.#held) this.#queue.push(() => this.#enter(run));
    else {
      this.#held = true;
      this.#enter(run);
    }
    return new Promise(() => undefined);
  }

  #enter(run: (lock: object) => unknown): void {
    void Promise.resolve(run({})).then(() => this.release());
  }

  /** The tab that leads is closed. */
  release(): void {
    const next = this.#queue.shift();
    this.#held = next !== undefined;
    next?.();
  }
}

let name = 0;
function browser(): { locks: Locks; tab: () => Tabs } {
  const locks = new Locks();
  Object.defineProperty(navigator, "locks", { value: locks, configurable: true });
  const channel = `test-${name++}`;
  return { locks, tab: () => new Tabs(channel) };
}

afterEach(() => vi.useRealTimers());

test("one tab leads and answers the others, also those who asked before it could", async () => {
  const { tab } = browser();
  const [first, second] = [tab(), tab()];
  expect(await first.lead()).toBe(true);
  expect(await second.lead()).toBe(false);
  const answer = second.ask("double", [21]);
  first.serve(async (_called, [value]) => Number(value) * 2);
  expect(await answer).toBe(42);
});

test("what is asked twice is done once", async () => {
  const { tab } = browser();
  const [first, second] = [tab(), tab()];
  await first.lead();
  await second.lead();
  let done = 0;
  let finish: (value: string) => void = () => undefined;
  first.serve(() => {
    done += 1;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const answer = second.ask("slow", []);
  await vi.advanceTimersByTimeAsync(3500);
  await vi.waitFor(() => expect(done).toBe(1));
  finish("ready");
  expect(await answer).toBe("ready");
  expect(done).toBe(1);
});

test("a refusal keeps its words and its code", async () => {
  const { tab } = browser();
  const [first, second] = [tab(), tab()];
  await first.lead();
  await second.lead();
  first.serve(async () => {
    throw Object.assign(new Error("not that one"), { code: "M_FORBIDDEN", status: 403 });
  });
  await expect(second.ask("anything", [])).rejects.toEqual({ message: "not that one", code: "M_FORBIDDEN", status: 403 });
});

test("when the leading tab goes the next one takes over, and does itself what it had asked", async () => {
  const { locks, tab } = browser();
  const [first, second] = [tab(), tab()];
  await first.lead();
  await second.lead();
  second.whenLeading(async () => second.serve(async (called) => `${called} by the second`));
  // The first one never answers.
  const answer = second.ask("work", []);
  locks.release();
  expect(await answer).toBe("work by the second");
});

test("a tab that can't lead makes way", async () => {
  const { locks, tab } = browser();
  const [first, second, third] = [tab(), tab(), tab()];
  await first.lead();
  await second.lead();
  await third.lead();
  second.whenLeading(() => Promise.reject(new Error("no engine")));
  const led = new Promise<void>((resolve) => third.whenLeading(async () => resolve()));
  locks.release();
  await led;
});

test("news reach the other tabs", async () => {
  const { tab } = browser();
  const [first, second] = [tab(), tab()];
  const heard = new Promise((resolve) => second.onNews((...news) => resolve(news)));
  first.tell("keys", ["a", "b"]);
  expect(await heard).toEqual(["keys", ["a", "b"]]);
});
