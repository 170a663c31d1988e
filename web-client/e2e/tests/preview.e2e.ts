import { test } from "../world.ts";

test("the address of a channel that one is not in says what it is, and leads in", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "gardeners", preset: "public_chat", visibility: "public", topic: "Soil and seeds" });
  await ann.say(room, "spring is here");
  const visitor = await world.visitor(ben);
  const { page } = visitor;
  await visitor.visit(`/c/${encodeURIComponent(room)}`);
  await page.getByRole("heading", { name: "gardeners", level: 1 }).waitFor();
  await page.getByText("Soil and seeds").waitFor();
  await visitor.button("Join").click();
  await visitor.message("spring is here").waitFor();
  await visitor.visit("/c/!nowhere:localhost");
  await page.getByText("You are not in this channel").waitFor();
});

test("a channel that lets people in on request is asked from its address", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "members only", preset: "private_chat", initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } }] });
  const visitor = await world.visitor(ben);
  await visitor.visit(`/c/${encodeURIComponent(room)}`);
  await visitor.page.getByRole("heading", { name: "members only" }).waitFor();
  await visitor.button("Ask to join").click();
  await visitor.page.getByText("You have asked to join.").waitFor();
  await visitor.button("Take it back").click();
  await visitor.button("Ask to join").click();
  await visitor.page.getByText("You have asked to join.").waitFor();
  await ann.call("POST", `/v3/rooms/${encodeURIComponent(room)}/invite`, { user_id: ben.userId });
  await visitor.channels.getByRole("button", { name: "Accept" }).click();
  await visitor.composer.waitFor();
});
