import { expect, test } from "../world.ts";

test("an answer shows what it answers and leads there", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const question = await ben.say(room, "which colour?");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.on(one.message("which colour?"), "Reply");
  await one.page.getByText(`Answer to ${ben.name}`).waitFor();
  await one.write("green");
  const answer = two.message("green");
  const quote = answer.getByRole("button", { name: /In answer to/ });
  await quote.waitFor();
  expect(await quote.textContent()).toContain("which colour?");
  await quote.click();
  await expect.poll(() => two.page.url()).toContain(encodeURIComponent(question));
  const sent = (await ben.messages(room)).find(({ content }) => content.body === "green");
  expect(sent?.content["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: question } });
  expect(sent?.content["m.mentions"]).toEqual({ user_ids: [ben.userId] });
});

test("a mention is completed while one writes, and marks the message for the one who is meant", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open("talk");
  await one.composer.pressSequentially("hey @be");
  await one.page.getByRole("option", { name: new RegExp(ben.name) }).waitFor();
  await one.composer.press("Enter");
  await expect.poll(() => one.composer.inputValue()).toBe(`hey @${ben.name} `);
  await one.composer.press("Enter");
  await two.channel("talk").getByRole("img", { name: "1 mention" }).waitFor();
  const sent = (await ben.messages(room)).find(({ type }) => type === "m.room.message");
  expect(sent?.content["m.mentions"]).toEqual({ user_ids: [ben.userId] });
});
