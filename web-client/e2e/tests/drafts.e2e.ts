import { expect, test } from "../world.ts";

test("what was begun is there again, in its channel, after a reload too", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "alpha", preset: "public_chat" });
  await ann.room({ name: "beta", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("alpha");
  await visitor.composer.fill("half a thought");
  await visitor.open("beta");
  await visitor.page.getByRole("heading", { name: "beta", level: 1 }).waitFor();
  expect(await visitor.composer.inputValue()).toBe("");
  await visitor.channel("alpha").getByRole("img", { name: "Draft" }).waitFor();
  await visitor.open("alpha");
  await visitor.page.getByRole("heading", { name: "alpha", level: 1 }).waitFor();
  await expect.poll(() => visitor.composer.inputValue()).toBe("half a thought");
  await visitor.page.reload();
  await visitor.live();
  expect(await visitor.composer.inputValue()).toBe("half a thought");
  await visitor.composer.press("Enter");
  await visitor.message("half a thought").waitFor();
  await visitor.page.reload();
  await visitor.live();
  expect(await visitor.composer.inputValue()).toBe("");
});
