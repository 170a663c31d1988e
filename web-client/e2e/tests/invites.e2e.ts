import { expect, test } from "../world.ts";

test("someone is found by name and invited, and accepts", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  await ann.room({ name: "secret plans", preset: "private_chat" });
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open("secret plans");
  await one.fromMenu("Channel menu", "Invite people");
  await one.page.getByLabel("Search people").fill(ben.userId);
  await one.button("Invite").click();
  await one.button("Invited").waitFor();
  await one.page.keyboard.press("Escape");
  await two.channels.getByText("secret plans").waitFor();
  await two.channels.getByText(`from ${ann.name}`).waitFor();
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.page.getByRole("heading", { name: "secret plans", level: 1 }).waitFor();
  await one.page.getByText(`${ben.name} joined`).waitFor();
});

test("an invitation is declined", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const visitor = await world.visitor(ben);
  await ann.room({ name: "not for me", preset: "private_chat", invite: [ben.userId] });
  await visitor.channels.getByText("not for me").waitFor();
  await visitor.channels.getByRole("button", { name: "Decline" }).click();
  await visitor.channels.getByText("not for me").waitFor({ state: "detached" });
  expect((await ben.call<{ joined_rooms: string[] }>("GET", "/v3/joined_rooms")).joined_rooms).toEqual([]);
});
