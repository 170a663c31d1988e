import { expect, test } from "../world.ts";

test("the buttons of a message are reached with the keyboard alone", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "first");
  await ben.say(room, "second");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await visitor.timeline.focus();
  await page.keyboard.press("ArrowUp");
  await visitor.message("second").getByRole("toolbar").waitFor();
  await page.keyboard.press("ArrowUp");
  await visitor.message("first").getByRole("toolbar").waitFor();
  expect(await visitor.message("second").getByRole("toolbar").count()).toBe(0);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  for (let round = 0; round < 10 && (await focused()) !== "Reply"; round++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText(`Answer to ${ben.name}`).waitFor();
  expect(await focused()).toMatch(/^Message #talk/);
});

test("a long press shows the buttons of a message on a phone", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "press me");
  const visitor = await world.visitor(ann, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await visitor.channel("talk").tap();
  const message = visitor.message("press me");
  await message.waitFor();
  const box = await message.boundingBox();
  const devtools = await visitor.context.newCDPSession(visitor.page);
  const touchPoints = [{ x: (box?.x ?? 0) + 120, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }];
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await message.getByRole("toolbar").waitFor();
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await message.getByRole("button", { name: "Reply", exact: true }).tap();
  await visitor.page.getByText(`Answer to ${ben.name}`).waitFor();
});

test("the buttons of a message go with the pointer, also after the emoji picker was closed with Escape", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ann.say(room, "we shipped it");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.on(visitor.message("we shipped it"), "Choose a reaction");
  await visitor.page.getByLabel("Search emoji").waitFor();
  await visitor.page.keyboard.press("Escape");
  await visitor.page.getByLabel("Search emoji").waitFor({ state: "detached" });
  await visitor.composer.click();
  await visitor.message("we shipped it").getByRole("toolbar").waitFor({ state: "detached" });
});
