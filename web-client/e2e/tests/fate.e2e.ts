import { expect, test } from "../world.ts";

test("a channel is archived and brought back", async ({ world }) => {
  const { ann, ben, room } = await world.two("old project");
  await ben.say(room, "for the record");
  const [one, two] = await world.watching("old project", ann, ben);
  await one.fromMenu("Channel menu", "Details");
  await one.panel("Details").getByRole("button", { name: "Archive channel" }).click();
  await one.dialog("Archive old project?").getByRole("button", { name: "Archive" }).click();
  await two.page.getByText("This channel is archived").waitFor();
  await two.channels.getByRole("heading", { name: "Archived" }).waitFor();
  await two.message("for the record").waitFor();
  await expect(ben.say(room, "too late")).rejects.toThrow("M_FORBIDDEN");
  await one.panel("Details").getByRole("button", { name: "Bring back" }).click();
  await two.write("here again");
  await one.message("here again").waitFor();
});

test("a channel is upgraded, and its members are led to the new one", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "aging", preset: "public_chat", room_version: "9" });
  await ben.join(room);
  await ben.say(room, "said before");
  const [one, two] = await world.watching("aging", ann, ben);
  await one.fromMenu("Channel menu", "Details");
  await one.panel("Details").getByRole("button", { name: /Upgrade to version/ }).click();
  await one.dialog("Upgrade aging?").getByRole("button", { name: "Upgrade" }).click();
  await expect.poll(() => one.page.url()).not.toContain(encodeURIComponent(room));
  await one.page.getByRole("heading", { name: "aging", level: 1 }).waitFor();
  await two.button("Go on there").click();
  await expect.poll(() => two.page.url()).not.toContain(encodeURIComponent(room));
  await two.write("in the new one");
  await one.message("in the new one").waitFor();
  // The old one is in nobody's way.
  await expect.poll(() => two.channel("aging").count()).toBe(1);
});
