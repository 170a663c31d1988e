import { expect, test } from "../world.ts";

test("a channel is renamed and closed to the public, and others see it", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "old name", preset: "public_chat" });
  await ben.join(room);
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open("old name");
  await one.fromMenu("Channel menu", "Details");
  const details = one.panel("Details");
  await details.getByLabel("Name").fill("new name");
  await details.getByLabel("Topic").fill("a topic");
  await details.getByRole("button", { name: "Save" }).click();
  await two.channel("new name").waitFor();
  await details.getByText("Only people who are invited can join.").click();
  await two.channel("new name").getByRole("img", { name: "Private channel" }).waitFor();
  // One who may not change anything sees it all the same.
  await two.open("new name");
  await two.fromMenu("Channel menu", "Details");
  expect(await two.panel("Details").getByLabel("Topic").inputValue()).toBe("a topic");
  expect(await two.panel("Details").getByLabel("Name").getAttribute("readonly")).not.toBeNull();
});

test("the password is changed, and the old one is of no more use", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann);
  await visitor.fromMenu(/^Account of/, "Settings");
  const settings = visitor.dialog("Settings");
  await settings.getByRole("button", { name: "Password", exact: true }).click();
  await settings.getByLabel("Old password").fill("not it at all");
  await settings.getByLabel("New password", { exact: true }).fill("an entirely new one");
  await settings.getByLabel("New password again").fill("an entirely new one");
  await settings.getByRole("button", { name: "Change password" }).click();
  await visitor.page.getByText("The old password is not right.").waitFor();
  await settings.getByLabel("Old password").fill(ann.password);
  await settings.getByRole("button", { name: "Change password" }).click();
  await visitor.page.getByText("Your password is changed.").waitFor();
  const login = (password: string) =>
    fetch(`${ann.server}/_matrix/client/v3/login`, { method: "POST", body: JSON.stringify({ type: "m.login.password", identifier: { type: "m.id.user", user: ann.userId }, password }) });
  expect((await login(ann.password)).status).toBe(403);
  expect((await login("an entirely new one")).status).toBe(200);
});
