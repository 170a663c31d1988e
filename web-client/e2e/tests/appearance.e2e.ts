import { expect, test } from "../world.ts";

test("dark mode is chosen, and stays after a reload", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann, { colorScheme: "light" });
  const background = () => visitor.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(await background()).toBe("rgb(255, 255, 255)");
  await visitor.fromMenu(/^Account of/, "Dark");
  await expect.poll(background).toBe("rgb(21, 27, 25)");
  await visitor.page.reload();
  await visitor.live();
  expect(await background()).toBe("rgb(21, 27, 25)");
});

test("the client follows the system unless told otherwise", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann, { colorScheme: "dark" });
  const theme = () => visitor.page.locator("html").getAttribute("data-theme");
  expect(await theme()).toBe("dark");
  await visitor.page.emulateMedia({ colorScheme: "light" });
  await expect.poll(theme).toBe("light");
});
