import { test } from "../world.ts";

test("a message is pinned, found by others, and unpinned", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "the address of the office");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.ofMessage("the address of the office", "Pin to the channel");
  await two.button("Pinned messages").click();
  await two.panel("Pinned messages").getByRole("button", { name: /the address of the office/ }).waitFor();
  await one.button("Pinned messages").click();
  await one.panel("Pinned messages").getByRole("button", { name: "Unpin" }).click();
  await one.page.getByText("Nothing pinned yet").waitFor();
  await two.page.getByText("Nothing pinned yet").waitFor();
});
