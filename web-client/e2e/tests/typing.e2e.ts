import { test } from "../world.ts";

test("others see that someone is typing, and no more once it is sent", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ben.join(room);
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.open("talk");
  await two.open("talk");
  await two.composer.pressSequentially("let me th");
  await one.page.getByText(`${ben.name} is typing…`).waitFor();
  await two.composer.press("Enter");
  await one.message("let me th").waitFor();
  await one.page.getByText(`${ben.name} is typing…`).waitFor({ state: "detached" });
});
