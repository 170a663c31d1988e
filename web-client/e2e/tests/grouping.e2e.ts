import { expect, test } from "../world.ts";

const DAY = 24 * 60 * 60 * 1000;

test("messages of one person stand under one name, and days are told apart", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  for (const text of ["one", "two"]) await ben.say(room, text);
  await ann.say(room, "three");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.message("three").waitFor();
  const named = (text: string, who: string) => visitor.message(text).getByRole("button", { name: who, exact: true }).count();
  expect(await named("one", ben.name)).toBe(1);
  expect(await named("two", ben.name)).toBe(0);
  expect(await named("three", ann.name)).toBe(1);
  await visitor.timeline.getByRole("heading", { name: "Today", exact: true }).waitFor();
  // The same channel a day later.
  const later = await world.visitor(ann);
  await later.page.clock.setFixedTime(Date.now() + DAY);
  await later.open("talk");
  await later.timeline.getByRole("heading", { name: "Yesterday", exact: true }).waitFor();
});
