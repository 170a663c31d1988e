import type { BrowserContextOptions, CDPSession } from "playwright-core";
import type { Account, Visitor } from "../e2e/world.ts";

/** Sends many messages, many at a time. */
export async function fill(who: Account, room: string, count: number): Promise<void> {
  const AT_ONCE = 40;
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - sent) }, (_, index) => who.say(room, `message ${sent + index} ${"with a few more words ".repeat((sent + index) % 5)}`)));
  }
}

/** What a visitor needs to come again in a browser that has nothing else kept. */
export async function signedIn(visitor: Visitor): Promise<BrowserContextOptions> {
  const { origins } = await visitor.context.storageState();
  const session = origins.map(({ origin, localStorage }) => ({ origin, localStorage: localStorage.filter(({ name }) => name === "chatsphere.session") }));
  return { storageState: { cookies: [], origins: session } };
}

/** A slow machine on a slow line: a quarter of the speed, 10 Mbit a second. */
export async function slowDown(devtools: CDPSession): Promise<void> {
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 20, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000 });
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

declare global {
  interface Window {
    /** The longest task since the last look, in milliseconds. */
    longest: number;
    /** When the composer was first seen, in milliseconds from the start of the visit. */
    composerAt: number;
  }
}

/** Begins to note tasks that take long. */
export async function watchTasks(visitor: Visitor): Promise<void> {
  await visitor.page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    }).observe({ entryTypes: ["longtask"] });
  });
}
