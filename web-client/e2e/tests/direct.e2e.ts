import { test } from "../world.ts";

test("a direct message is begun, accepted and answered", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.fromMenu("New", "New message");
  await one.page.getByLabel("Search people").fill(ben.userId);
  await one.dialog("New message").getByRole("button", { name: "Message" }).click();
  await one.page.getByRole("heading", { name: ben.name, level: 1 }).waitFor();
  await one.write("do you have a minute?");
  await two.channels.getByText("wants to talk").waitFor();
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.message("do you have a minute?").waitFor();
  await two.page.getByRole("heading", { name: ann.name, level: 1 }).waitFor();
  await two.channels.getByRole("heading", { name: "Direct messages" }).waitFor();
  await two.write("always");
  await one.message("always").waitFor();
});
