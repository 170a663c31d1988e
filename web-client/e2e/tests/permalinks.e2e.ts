import { expect, test } from "../world.ts";

test("a link to an old message shows it among its neighbours, and Back leads to where one was", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "archive", preset: "public_chat" });
  const ids: string[] = [];
  for (let number = 0; number < 120; number++) ids.push(await ann.say(room, `line ${number}.`));
  const target = ids[20] ?? "";
  await ann.say(room, `it was said here: https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(target)}`);
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("archive");
  await visitor.message("it was said here").getByRole("link").click();
  await visitor.message("line 20.").waitFor();
  await visitor.message("line 19.").waitFor();
  await visitor.message("line 21.").waitFor();
  expect(page.url()).toContain(encodeURIComponent(target));
  // From there both ways: down to what came after, and up.
  for (let round = 0; round < 60 && !(await visitor.message("line 50.").isVisible()); round++) await visitor.timeline.evaluate((scroller) => void scroller.scrollBy(0, 300));
  await visitor.message("line 50.").waitFor();
  await page.goBack();
  await visitor.message("it was said here").waitFor();
  await expect.poll(() => page.url()).not.toContain(encodeURIComponent(target));
});

test("the address of a message opens it, and its link is copied", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "archive", preset: "public_chat" });
  const target = await ann.say(room, "the one that matters");
  for (let number = 0; number < 80; number++) await ann.say(room, `line ${number}.`);
  const visitor = await world.visitor(ann, { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = visitor;
  await visitor.visit(`/c/${encodeURIComponent(room)}/${encodeURIComponent(target)}`);
  await visitor.message("the one that matters").waitFor();
  await visitor.ofMessage("the one that matters", "Copy link");
  await page.getByText("Link copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`https://matrix.to/#/${encodeURIComponent(room)}/${encodeURIComponent(target)}?via=localhost`);
});

test("a link to a message that is gone says so, and the channel can still be read", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "archive", preset: "public_chat" });
  await ann.say(room, "still here");
  const visitor = await world.visitor(ann);
  await visitor.visit(`/c/${encodeURIComponent(room)}/${encodeURIComponent("$doesnotexist0000000000000000000000000000000")}`);
  await visitor.page.getByText("That message can't be found.").waitFor();
  await visitor.button("Latest messages").click();
  await visitor.message("still here").waitFor();
});
