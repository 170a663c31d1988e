import { test } from "../world.ts";

test("a message is pinned, found by others, and unpinned", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ben.join(room);
  await ann.say(room, "the address of the office");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open("talk");
  await two.open("talk");
  await one.message("the address of the office").hover();
  await one.fromMenu("More", "Pin to the channel");
  await two.button("Pinned messages").click();
  await two.panel("Pinned messages").getByRole("button", { name: /the address of the office/ }).waitFor();
  await one.button("Pinned messages").click();
  await one.panel("Pinned messages").getByRole("button", { name: "Unpin" }).click();
  await one.page.getByText("Nothing pinned yet").waitFor();
  await two.page.getByText("Nothing pinned yet").waitFor();
});
