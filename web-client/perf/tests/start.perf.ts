import { expect, test, type Account, type Visitor } from "../../e2e/world.ts";
import { fill, signedIn, slowDown } from "../measure.ts";

const RUNS = 3;

const MACHINES = [
  { name: "on a usual machine", slow: false, paint: 800, composer: 2000 },
  { name: "on a slow machine and line", slow: true, paint: 1500, composer: 3000 },
] as const;

interface Times {
  /** The first thing on the page, which is the client itself: there is nothing before it. */
  paint: number;
  composer: number;
}

async function prepare(visitor: Visitor, slow: boolean): Promise<void> {
  await visitor.page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector("textarea")) return;
      watch.disconnect();
      // Once it is painted.
      requestAnimationFrame(() => setTimeout(() => (window.composerAt = performance.now())));
    });
    watch.observe(document, { childList: true, subtree: true });
  });
  if (slow) await slowDown(await visitor.context.newCDPSession(visitor.page));
}

async function arrive(visitor: Visitor, room: string): Promise<Times> {
  await visitor.visit(`/c/${encodeURIComponent(room)}`);
  // The browser tells of its first paint a little later.
  await visitor.page.waitForFunction(() => window.composerAt > 0 && performance.getEntriesByName("first-contentful-paint").length > 0);
  return visitor.page.evaluate(() => ({ paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN, composer: window.composerAt }));
}

/** The best of a few: other work on the machine is not what is measured. */
function judge(name: string, times: readonly Times[], limits: Times): void {
  console.log(name, times.map((time) => `${Math.round(time.paint)} / ${Math.round(time.composer)} ms`).join(", "));
  expect(Math.min(...times.map((time) => time.paint))).toBeLessThan(limits.paint);
  expect(Math.min(...times.map((time) => time.composer))).toBeLessThan(limits.composer);
}

async function furnish(ann: Account): Promise<string> {
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await fill(ann, room, 60);
  return room;
}

for (const machine of MACHINES) {
  test(`who comes again sees the page and can write soon, ${machine.name}`, async ({ world }) => {
    const ann = await world.person("ann");
    const room = await furnish(ann);
    const visitor = await world.visitor(ann);
    await visitor.open("talk");
    const kept = () => visitor.page.evaluate((id) => localStorage.getItem(`chatsphere.snapshot.timeline.${id}`) !== null, room);
    await expect.poll(kept).toBe(true);
    await prepare(visitor, machine.slow);
    const times: Times[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await arrive(visitor, room));
    judge(`again, ${machine.name}:`, times, machine);
  });

  test(`who comes for the first time sees the page and can write soon, ${machine.name}`, async ({ world }) => {
    const ann = await world.person("ann");
    const room = await furnish(ann);
    const options = await signedIn(await world.visitor(ann));
    const times: Times[] = [];
    for (let run = 0; run < RUNS; run++) {
      // Nothing is kept from the last time but who one is.
      const visitor = await world.visitor(undefined, options);
      await prepare(visitor, machine.slow);
      times.push(await arrive(visitor, room));
      await visitor.context.close();
    }
    judge(`first, ${machine.name}:`, times, machine);
  });
}
