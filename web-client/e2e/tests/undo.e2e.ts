import { expect, test } from "../world.ts";

test("a deletion can be taken back, and is final when it is not", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const event = await ann.say(room, "regrettable");
  const [one, two] = await world.watching("talk", ann, ben);
  const remove = async () => {
    await one.ofMessage("regrettable", "Delete");
    await one.message("Message deleted").waitFor();
  };
  await remove();
  await one.button("Undo").click();
  await one.message("regrettable").waitFor();
  expect(await two.message("regrettable").count()).toBe(1);
  await remove();
  // Going away in between loses nothing.
  await one.page.reload();
  await two.message("Message deleted").waitFor();
  const kept = (await ben.messages(room)).find(({ event_id }) => event_id === event);
  expect(kept?.content).toEqual({});
  await one.message("Message deleted").waitFor();
});

test("who was removed is let in again with one press", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "hello");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.message("hello").getByRole("button", { name: ben.name }).click();
  await one.dialog(ben.name).getByRole("button", { name: "Ban" }).click();
  await two.channel("talk").waitFor({ state: "detached" });
  await one.button("Undo").click();
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.message("hello").waitFor();
});
