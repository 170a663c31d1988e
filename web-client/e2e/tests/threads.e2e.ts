import { expect, test } from "../world.ts";

test("a thread is begun, answered live, listed and counted apart", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const root = await ben.say(room, "who writes the notes?");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.on(one.message("who writes the notes?"), "Reply in thread");
  const thread = one.panel("Thread");
  await thread.getByRole("article").filter({ hasText: "who writes the notes?" }).waitFor();
  await thread.getByRole("textbox").fill("I do");
  await thread.getByRole("textbox").press("Enter");
  await thread.getByRole("article").filter({ hasText: "I do" }).waitFor();

  const line = two.message("who writes the notes?").getByRole("button", { name: /1 answer/ });
  await line.click();
  const other = two.panel("Thread");
  await other.getByRole("article").filter({ hasText: "I do" }).waitFor();
  await other.getByRole("textbox").fill("Thank you");
  await other.getByRole("textbox").press("Enter");
  await thread.getByRole("article").filter({ hasText: "Thank you" }).waitFor();
  await one.message("who writes the notes?").getByRole("button", { name: /2 answers/ }).waitFor();
  // What is said in the thread is not in the channel.
  expect(await two.message("Thank you").filter({ hasNotText: "who writes the notes?" }).count()).toBe(0);

  await thread.getByRole("button", { name: "Close" }).click();
  await one.button("Threads").click();
  await one.panel("Threads").getByRole("button", { name: /who writes the notes/ }).click();
  await one.panel("Thread").getByRole("article").filter({ hasText: "Thank you" }).waitFor();
  const sent = (await ben.messages(room)).find(({ content }) => content.body === "Thank you");
  expect(sent?.content["m.relates_to"]).toMatchObject({ rel_type: "m.thread", event_id: root });
});

test("what is new in a thread is counted apart, until the thread is read", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const root = await ann.say(room, "plans for May?");
  const relation = { "m.relates_to": { rel_type: "m.thread", event_id: root } };
  await ann.say(room, "mine are done", relation);
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.message("plans for May?").waitFor();
  await ben.say(room, "a trip", relation);
  await ben.say(room, "or two", relation);
  const line = visitor.message("plans for May?").getByRole("button", { name: /3 answers/ });
  await line.getByRole("img", { name: "2 unread" }).waitFor();
  await visitor.button("Threads").click();
  const entry = visitor.panel("Threads").getByRole("button", { name: /plans for May/ });
  await entry.getByRole("img", { name: "2 unread" }).waitFor();
  await entry.click();
  await visitor.panel("Thread").getByRole("article").filter({ hasText: "or two" }).waitFor();
  await line.getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
  expect(await visitor.panel("Thread").locator("[data-new-line]").count()).toBeLessThanOrEqual(1);
});
