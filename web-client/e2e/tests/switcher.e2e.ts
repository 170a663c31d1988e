import { expect, test } from "../world.ts";

test("the quick switcher goes to a channel with the keyboard alone", async ({ world }) => {
  const ann = await world.person("ann");
  for (const name of ["alpha", "beta", "gamma"]) await ann.room({ name, preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.channel("gamma").waitFor();
  await visitor.page.keyboard.press("Control+k");
  await visitor.page.getByRole("combobox", { name: "Channel or person" }).fill("gam");
  await visitor.page.keyboard.press("Enter");
  await visitor.page.getByRole("heading", { name: "gamma", level: 1 }).waitFor();
  await visitor.page.keyboard.press("Control+k");
  await visitor.page.getByRole("combobox").fill("nothing like this");
  await visitor.page.getByText("Nothing found.").waitFor();
  await visitor.page.keyboard.press("Escape");
  await visitor.dialog("Jump to").waitFor({ state: "detached" });
});

test("Alt and the arrow keys go from channel to channel", async ({ world }) => {
  const ann = await world.person("ann");
  for (const name of ["alpha", "beta"]) await ann.room({ name, preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("alpha");
  await visitor.page.keyboard.press("Alt+ArrowDown");
  await visitor.page.getByRole("heading", { name: "beta", level: 1 }).waitFor();
  await visitor.page.goBack();
  await visitor.page.getByRole("heading", { name: "alpha", level: 1 }).waitFor();
  expect(await visitor.channel("alpha").getAttribute("aria-current")).toBe("page");
});
