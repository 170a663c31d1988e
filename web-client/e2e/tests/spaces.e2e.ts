import { expect, test } from "../world.ts";

test("a workspace is made, has a channel for its members, and someone invited joins it there", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  await ann.room({ name: "private notes", preset: "private_chat" });
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.fromMenu("New", "New workspace");
  await one.dialog("New workspace").getByLabel("Name").fill("Acme");
  await one.dialog("New workspace").getByRole("button", { name: "Create workspace" }).click();
  await one.page.getByRole("heading", { name: "Acme", level: 1 }).waitFor();
  await one.page.getByText("No channels yet").last().waitFor();
  // Only what belongs to the workspace is listed now.
  expect(await one.channel("private notes").count()).toBe(0);

  await one.button("Add channels").click();
  await one.dialog("Channels of Acme").getByRole("button", { name: "New channel" }).click();
  await one.dialog("New channel").getByLabel("Name").fill("roadmap");
  await one.dialog("New channel").getByRole("button", { name: "Create channel" }).click();
  await one.page.getByRole("heading", { name: "roadmap", level: 1 }).waitFor();
  await one.channel("roadmap").waitFor();
  const roadmap = new URL(one.page.url()).pathname.split("/")[2] ?? "";

  await one.fromMenu(/^Workspace /, "Overview of Acme");
  await one.button("Invite people").click();
  await one.page.getByLabel("Search people").fill(ben.userId);
  await one.button("Invite").click();
  await one.button("Invited").waitFor();
  await one.page.keyboard.press("Escape");

  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.page.getByRole("heading", { name: "Acme", level: 1 }).waitFor();
  await two.button("Join roadmap").click();
  await two.page.getByRole("heading", { name: "roadmap", level: 1 }).waitFor();
  await two.write("glad to be here");
  await one.channel("roadmap").getByRole("img", { name: /unread/ }).waitFor();

  await one.fromMenu(/^Workspace /, "All channels");
  await one.channel("private notes").waitFor();
  const rules = await ann.call<{ join_rule: string }>("GET", `/v3/rooms/${roadmap}/state/m.room.join_rules`);
  expect(rules.join_rule).toBe("restricted");
});

test("channels are added to a workspace and taken out; who is not in it can't join what is for its members", async ({ world }) => {
  const ann = await world.person("ann");
  const chloe = await world.person("chloe");
  const space = await ann.room({ name: "Club", preset: "public_chat", creation_content: { type: "m.space" } });
  const room = await ann.room({ name: "chess", preset: "private_chat" });
  const visitor = await world.visitor(ann);
  await visitor.fromMenu(/^Workspace /, "Club");
  await visitor.fromMenu(/^Workspace /, "Overview of Club");
  await visitor.button("Add channels").click();
  const dialog = visitor.dialog("Channels of Club");
  await dialog.getByRole("button", { name: "Add chess" }).click();
  await dialog.getByRole("button", { name: "Take out chess" }).waitFor();
  await visitor.page.keyboard.press("Escape");
  await visitor.channel("chess").waitFor();
  await visitor.open("chess");
  await visitor.fromMenu("Channel menu", "Details");
  await visitor.panel("Details").getByText("Members of the workspaces that list it can join.").click();
  const joinRules = () => ann.call<{ join_rule: string; allow?: { room_id: string }[] }>("GET", `/v3/rooms/${encodeURIComponent(room)}/state/m.room.join_rules`);
  await expect.poll(async () => (await joinRules()).join_rule).toBe("restricted");
  expect((await joinRules()).allow?.map((one) => one.room_id)).toEqual([space]);
  await expect(chloe.join(room)).rejects.toThrow("M_FORBIDDEN");
  await chloe.join(space);
  await chloe.join(room);
});
