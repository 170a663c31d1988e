import { expect, test } from "../world.ts";

test("a channel counts what is unread until it is opened", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "news", preset: "public_chat" });
  const other = await ann.room({ name: "elsewhere", preset: "public_chat" });
  await ann.say(other, "nothing new");
  await ben.join(room);
  const visitor = await world.visitor(ann);
  await visitor.open("elsewhere");
  await ben.say(room, "first");
  await ben.say(room, "second");
  await visitor.channel("news").getByRole("img", { name: "2 unread" }).waitFor();
  await visitor.open("news");
  await visitor.message("second").waitFor();
  await visitor.channel("news").getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
  await visitor.page.locator("[data-new-line]").waitFor();
  await visitor.page.reload();
  await visitor.live();
  await visitor.message("second").waitFor();
  expect(await visitor.channel("news").getByRole("img", { name: /unread/ }).count()).toBe(0);
});

test("a muted channel does not count, one that is for mentions only counts those", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const loud = await ann.room({ name: "loud", preset: "public_chat" });
  const calm = await ann.room({ name: "calm", preset: "public_chat" });
  await ben.join(loud);
  await ben.join(calm);
  await ann.room({ name: "elsewhere", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("loud");
  await visitor.fromMenu("Channel menu", "Nothing");
  await visitor.channel("loud").getByRole("img", { name: "Muted" }).waitFor();
  await visitor.open("calm");
  await visitor.fromMenu("Channel menu", "Mentions only");
  await visitor.button("Channel menu").click();
  await expect.poll(() => visitor.page.getByRole("menuitem", { name: "Mentions only" }).textContent()).toContain("✓");
  await visitor.page.keyboard.press("Escape");
  await visitor.open("elsewhere");
  await ben.say(loud, "noise", { "m.mentions": { user_ids: [ann.userId] } });
  await ben.say(calm, "chatter");
  await ben.say(calm, "a question for you", { "m.mentions": { user_ids: [ann.userId] } });
  await visitor.channel("calm").getByRole("img", { name: "1 mention" }).waitFor();
  expect(await visitor.channel("loud").getByRole("img", { name: /unread|mention/ }).count()).toBe(0);
});

test("one sees who has read a message", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.write("please read");
  await visitor.message("please read").waitFor();
  const reader = await world.visitor(ben);
  await reader.open("talk");
  await reader.message("please read").waitFor();
  await visitor.message("please read").getByRole("img", { name: `Read by ${ben.name}` }).waitFor();
});
