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
