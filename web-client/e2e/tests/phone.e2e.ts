import { expect, test } from "../world.ts";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test("a phone shows one pane at a time and nothing sticks out", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "a channel with quite a long name that has no place", preset: "public_chat", topic: "words ".repeat(40) });
  const root = await ann.say(room, "averyveryverylongwordwithoutanyspaces".repeat(6));
  await ann.say(room, "in the thread", { "m.relates_to": { rel_type: "m.thread", event_id: root } });
  const visitor = await world.visitor(ann, PHONE);
  const { page } = visitor;
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth);
  await expect.poll(fits).toBe(true);
  await visitor.channel("a channel with").tap();
  await visitor.message("averyvery").waitFor();
  expect(await visitor.channels.isVisible()).toBe(false);
  expect(await fits()).toBe(true);
  await page.getByRole("button", { name: /1 answer/ }).tap();
  await visitor.panel("Thread").getByText("in the thread").waitFor();
  expect(await fits()).toBe(true);
  await page.getByRole("button", { name: "Close" }).tap();
  await visitor.write("from the phone");
  await visitor.message("from the phone").waitFor();
  await visitor.button("Back to channels").tap();
  await visitor.channel("a channel with").waitFor();
});

test("a long channel list scrolls under the finger, to its end and back", async ({ world }) => {
  const ann = await world.person("ann");
  const CHANNELS = 60;
  await Promise.all(Array.from({ length: CHANNELS }, (_, index) => ann.room({ name: `channel ${String(index).padStart(2, "0")}`, preset: "private_chat" })));
  const visitor = await world.visitor(ann, PHONE);
  const { page } = visitor;
  await visitor.channel("channel 00").waitFor();
  const list = page.locator("[data-channel-list]");
  // It ends above the bottom of the screen: what is last can be reached.
  const box = await list.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.viewport.height);
  const devtools = await visitor.context.newCDPSession(page);
  const swipe = async (from: number, to: number) => {
    const STEPS = 12;
    const at = (y: number) => ({ touchPoints: [{ x: 190, y }] });
    await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", ...at(from) });
    for (let step = 1; step <= STEPS; step++) await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", ...at(from + ((to - from) * step) / STEPS) });
    await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  /** Swipes until a line is wholly on the screen. */
  const until = (name: string, from: number, to: number) =>
    expect.poll(async () => {
      const line = await visitor.channel(name).boundingBox({ timeout: 100 }).catch(() => null);
      const seen = line !== null && line.y >= (box?.y ?? 0) && line.y + line.height <= PHONE.viewport.height;
      if (!seen) await swipe(from, to);
      return seen;
    }).toBe(true);
  const last = visitor.channel("channel 59");
  await until("channel 59", 750, 200);
  expect(await page.evaluate(() => [scrollY, document.documentElement.scrollHeight <= innerHeight])).toEqual([0, true]);
  await last.tap();
  await page.getByRole("heading", { name: "channel 59", level: 1 }).waitFor();
  await visitor.button("Back to channels").tap();
  await until("channel 00", 200, 750);
  await visitor.channel("channel 00").tap();
  await page.getByRole("heading", { name: "channel 00", level: 1 }).waitFor();
});
