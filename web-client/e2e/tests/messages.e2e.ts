import { expect, test } from "../world.ts";

test("a message is sent, edited and deleted, and others see each step", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.write("the frist draft");
  await two.message("the frist draft").waitFor();

  await one.on(one.message("the frist draft"), "Edit");
  await one.write("the first draft");
  await one.message("the first draft").getByText("edited").waitFor();
  await two.message("the first draft").getByText("edited").waitFor();
  expect(await two.message("the frist draft").count()).toBe(0);

  await one.ofMessage("the first draft", "Delete");
  await one.message("Message deleted").waitFor();
  await two.message("Message deleted").waitFor();
  expect(await two.message("the first draft").count()).toBe(0);
});

test("the arrow key edits the last message, Escape lets it be", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.write("one");
  await visitor.sent("one");
  await visitor.composer.press("ArrowUp");
  await visitor.page.getByText("Editing").waitFor();
  expect(await visitor.composer.inputValue()).toBe("one");
  await visitor.composer.press("Escape");
  await visitor.page.getByText("Editing").waitFor({ state: "detached" });
  expect(await visitor.composer.inputValue()).toBe("");
});

test("formatting is drawn, markup is shown as text", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.write("**bold** and `code` and <img src=x onerror=alert(1)>");
  const message = visitor.message("bold");
  await message.locator("strong", { hasText: "bold" }).waitFor();
  await message.locator("code", { hasText: "code" }).waitFor();
  expect(await message.textContent()).toContain("<img src=x onerror=alert(1)>");
  expect(await message.locator("img").count()).toBe(0);
});

test("several lines stay several lines", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  const before = await visitor.composer.evaluate((area) => area.clientHeight);
  await visitor.composer.fill("first");
  await visitor.composer.press("Shift+Enter");
  await visitor.composer.pressSequentially("second");
  expect(await visitor.composer.evaluate((area) => area.clientHeight)).toBeGreaterThan(before);
  await visitor.composer.press("Enter");
  await expect.poll(() => visitor.message("first").last().innerText()).toMatch(/first\n+second/);
});
