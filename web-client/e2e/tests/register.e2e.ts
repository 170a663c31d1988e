import { expect, test } from "../world.ts";

test("the first person of a new server makes an account and the first channel", async ({ world }) => {
  const server = await world.server();
  const visitor = await world.visitor(undefined, {}, server.client);
  const { page } = visitor;
  await visitor.visit();
  await visitor.button("Create an account").click();
  await page.getByRole("heading", { name: "Create your account" }).waitFor();
  await page.getByLabel("Username").fill("maya");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await visitor.button("Create account").click();
  await page.getByRole("heading", { name: "Welcome, maya" }).waitFor();
  await visitor.channels.getByText("No channels yet").waitFor();
  await visitor.channels.getByRole("button", { name: "Create a channel" }).click();
  await visitor.dialog("New channel").getByLabel("Name").fill("general");
  await visitor.dialog("New channel").getByLabel("Name").press("Enter");
  await page.getByRole("heading", { name: "general", level: 1 }).waitFor();
  await visitor.write("Hello, is anyone here?");
  await visitor.message("Hello, is anyone here?").waitFor();
});

test("a taken name and a short password are refused in words", async ({ world }) => {
  const taken = await world.person("taken");
  const visitor = await world.visitor();
  const { page } = visitor;
  await visitor.visit();
  await visitor.button("Create an account").click();
  await page.getByLabel("Username").fill(taken.name);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await visitor.button("Create account").click();
  // The browser itself refuses what is too short.
  expect(await page.getByLabel("Password", { exact: true }).evaluate((input: HTMLInputElement) => input.validity.tooShort)).toBe(true);
  await page.getByLabel("Password", { exact: true }).fill("long enough now");
  await visitor.button("Create account").click();
  await page.getByRole("alert").filter({ hasText: "That username is taken" }).waitFor();
});
