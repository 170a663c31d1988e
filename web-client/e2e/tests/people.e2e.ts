import { expect, test } from "../world.ts";

test("an admin makes someone a moderator, and removes someone else", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const chloe = await world.person("chloe");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ben.join(room);
  await chloe.join(room);
  const [one, two] = [await world.visitor(ann), await world.visitor(chloe)];
  await one.open("talk");
  await two.open("talk");
  await one.button(/^Members/).click();
  const members = one.panel("Members");
  await members.getByRole("button", { name: ben.name }).click();
  await one.dialog(ben.name).getByLabel("Role").selectOption("Moderator");
  await one.page.keyboard.press("Escape");
  await members.getByRole("button", { name: `${ben.name} ${ben.userId} Moderator` }).waitFor();
  await members.getByRole("button", { name: chloe.name }).click();
  await one.dialog(chloe.name).getByRole("button", { name: "Remove" }).click();
  await members.getByRole("button", { name: chloe.name }).waitFor({ state: "detached" });
  await two.channel("talk").waitFor({ state: "detached" });
});

test("what an ignored person writes is not shown, until they are ignored no more", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "noise");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.message("noise").getByRole("button", { name: ben.name }).click();
  await visitor.dialog(ben.name).getByRole("button", { name: "Ignore" }).click();
  await visitor.message("noise").waitFor({ state: "detached" });
  await visitor.fromMenu(/^Account of/, "Settings");
  await visitor.dialog("Settings").getByRole("button", { name: "Privacy" }).click();
  await visitor.dialog("Settings").getByRole("button", { name: `Ignore ${ben.userId} no more` }).click();
  await visitor.page.keyboard.press("Escape");
  await visitor.message("noise").waitFor();
});

test("a new name is seen by others at once", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "who am I?");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await two.open("talk");
  await one.fromMenu(/^Account of/, "Settings");
  await one.dialog("Settings").getByLabel("Display name").fill("Ann of Green Gables");
  await one.dialog("Settings").getByRole("button", { name: "Save" }).click();
  await two.message("who am I?").getByRole("button", { name: "Ann of Green Gables" }).waitFor();
  await one.page.keyboard.press("Escape");
  await one.page.getByRole("button", { name: "Account of Ann of Green Gables" }).waitFor();
});

test("a status is seen by others, with who is online", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ preset: "trusted_private_chat", is_direct: true, invite: [ben.userId] });
  await ben.join(room);
  await ben.call("PUT", `/v3/user/${encodeURIComponent(ben.userId)}/account_data/m.direct`, { [ann.userId]: [room] });
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await two.open(ann.name);
  await one.fromMenu(/^Account of/, "Set a status");
  await one.dialog("Your status").getByRole("button", { name: "🍜 At lunch" }).click();
  await one.dialog("Your status").getByRole("button", { name: "Save" }).click();
  await two.page.getByText("Online").waitFor();
  await two.page.getByText("🍜 At lunch").waitFor();
  expect(await one.page.getByRole("button", { name: /^Account of/ }).innerText()).toContain("🍜 At lunch");
});
