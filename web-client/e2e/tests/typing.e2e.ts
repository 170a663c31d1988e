import { test } from "../world.ts";

test("others see that someone is typing, and no more once it is sent", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await two.composer.pressSequentially("let me th");
  await one.page.getByText(`${ben.name} is typing…`).waitFor();
  await two.composer.press("Enter");
  await one.message("let me th").waitFor();
  await one.page.getByText(`${ben.name} is typing…`).waitFor({ state: "detached" });
});
