import { expect, test } from "../world.ts";

test("a reaction is given, seen by others, joined and taken back", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "lunch at noon?");
  const [one, two] = await world.watching("talk", ann, ben);
  await two.on(two.message("lunch at noon?"), "React with 👍");
  const chip = one.message("lunch at noon?").getByRole("button", { name: new RegExp(`^👍.*by ${ben.name}$`) });
  await chip.click();
  const both = two.message("lunch at noon?").getByRole("button", { name: /^👍.*by/ });
  await expect.poll(() => both.innerText()).toMatch(/👍\s*2/);
  await both.click();
  await expect.poll(() => one.message("lunch at noon?").getByRole("button", { name: /^👍.*by/ }).innerText()).toMatch(/👍\s*1/);
});

test("the picker finds an emoji by name, with the keyboard alone", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ann.say(room, "we shipped it");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.on(visitor.message("we shipped it"), "Choose a reaction");
  await visitor.page.getByLabel("Search emoji").fill("party popper");
  await visitor.page.getByRole("button", { name: "party popper" }).waitFor();
  await visitor.page.keyboard.press("Enter");
  await visitor.message("we shipped it").getByRole("button", { name: new RegExp(`^🎉.*by ${ann.name}$`) }).waitFor();
});
