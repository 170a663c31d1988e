import { expect, test } from "../world.ts";

test("a new channel has its name, topic and access", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.fromMenu("New", "New channel");
  const dialog = visitor.dialog("New channel");
  await dialog.getByLabel("Name").fill("Design review");
  await dialog.getByLabel("Topic").fill("Drafts and critiques");
  await dialog.getByText("Only people who are invited can join.").click();
  await dialog.getByRole("button", { name: "Create channel" }).click();
  await page.getByRole("heading", { name: "Design review", level: 1 }).waitFor();
  await page.getByText("Drafts and critiques", { exact: true }).waitFor();
  await visitor.channel("Design review").getByRole("img", { name: "Private channel" }).waitFor();
});

test("someone finds a public channel, joins it, and both see what is said at once", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const name = `launch ${ann.name}`;
  await ann.room({ name, preset: "public_chat", visibility: "public", topic: "The launch" });
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open(name);
  await two.fromMenu("New", "Browse channels");
  await two.page.getByLabel("Search channels").fill(name);
  await two.button(`Join ${name}`).click();
  await two.page.getByRole("heading", { name, level: 1 }).waitFor();
  await one.page.getByText(`${ben.name} joined`).waitFor();
  await two.write("I am here");
  await one.message("I am here").waitFor();
  await one.write("Welcome!");
  await two.message("Welcome!").waitFor();
  expect(await one.message("I am here").getAttribute("aria-label")).toContain(ben.name);
});

test("someone asks to join and is let in", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const name = `club ${ann.name}`;
  await ann.room({ name, preset: "private_chat", visibility: "public", initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } }] });
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await two.fromMenu("New", "Browse channels");
  await two.page.getByLabel("Search channels").fill(name);
  await two.button(`Ask to join ${name}`).click();
  await two.button(`Asked to join ${name}`).waitFor();
  await two.page.keyboard.press("Escape");
  await one.open(name);
  await one.button(/^Members/).click();
  await one.button(`Let ${ben.name} in`).click();
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.page.getByRole("heading", { name, level: 1 }).waitFor();
  await one.panel("Members").getByText("2 people").waitFor();
});

test("leaving can be taken back, and then is final", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "short lived", preset: "private_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("short lived");
  await visitor.fromMenu("Channel menu", "Leave channel");
  await visitor.channel("short lived").waitFor({ state: "detached" });
  await visitor.button("Undo").click();
  await visitor.channel("short lived").waitFor();
  await visitor.fromMenu("Channel menu", "Leave channel");
  await visitor.channel("short lived").waitFor({ state: "detached" });
  await expect.poll(async () => (await ann.call<{ joined_rooms: string[] }>("GET", "/v3/joined_rooms")).joined_rooms).toEqual([]);
});
