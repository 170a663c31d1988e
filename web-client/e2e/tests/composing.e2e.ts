import { expect, test } from "../world.ts";

test("Escape marks the channel as read, from where one reads", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "what is new?");
  for (let number = 0; number < 60; number++) await ben.say(room, `line ${number}`);
  const visitor = await world.visitor(ann);
  await visitor.channel("talk").getByRole("img", { name: /60 unread/ }).waitFor();
  await visitor.open("talk");
  // It opens at the first unread message, so nothing is read yet.
  await visitor.page.locator("[data-new-line]").waitFor();
  await visitor.channel("talk").getByRole("img", { name: /unread/ }).waitFor();
  await visitor.composer.press("Escape");
  await visitor.channel("talk").getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
});

test("Enter picks a word in an input method, and sends only after that", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.composer.focus();
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  await visitor.composer.press("Enter");
  expect(await visitor.composer.inputValue()).toContain("にほん");
  expect(await visitor.timeline.locator("article").count()).toBe(0);
  await devtools.send("Input.insertText", { text: "日本" });
  await visitor.composer.press("Enter");
  await visitor.message("日本").waitFor();
});

test("channels and emoji are completed while one writes", async ({ world }) => {
  const ann = await world.person("ann");
  const target = await ann.room({ name: "gardening", preset: "public_chat" });
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page, composer } = visitor;
  await visitor.open("talk");
  await composer.pressSequentially("see #gard");
  await page.getByRole("option", { name: /gardening/ }).waitFor();
  await composer.press("Tab");
  await composer.pressSequentially("it is great :tada");
  await page.getByRole("option", { name: /:tada:/ }).first().waitFor();
  await composer.press("Enter");
  await expect.poll(() => composer.inputValue()).toBe("see #gardening it is great 🎉 ");
  await composer.press("Enter");
  await visitor.sent("it is great");
  const sent = (await ann.messages(room)).find(({ content }) => String(content.body).startsWith("see"));
  expect(sent?.content.formatted_body).toContain(encodeURIComponent(target));
  await visitor.message("it is great").getByRole("link", { name: "#gardening" }).click();
  await page.getByRole("heading", { name: "gardening", level: 1 }).waitFor();
});

test("suggestions go away with Escape, and the text stays", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.composer.pressSequentially("@be");
  await visitor.page.getByRole("option", { name: new RegExp(ben.name) }).waitFor();
  await visitor.composer.press("Escape");
  await visitor.page.getByRole("option").first().waitFor({ state: "detached" });
  expect(await visitor.composer.inputValue()).toBe("@be");
});
