import { expect, test } from "../world.ts";

interface Answer {
  search_categories: { room_events: { results: unknown[] } };
}

test("a message is found by its words, narrowed down by filters, and leads to its place", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "archive", preset: "public_chat" });
  const other = await ann.room({ name: "elsewhere", preset: "public_chat" });
  await ben.join(room);
  await ann.say(room, "the zebra was seen in the garden");
  const wanted = await ben.say(room, "a zebra with a link: https://example.org/zebra");
  await ann.say(other, "no zebra here");
  for (let number = 0; number < 60; number++) await ann.say(room, `line ${number}`);
  // The index follows the messages; what it knows by now is what is looked for.
  const found = async () => (await ann.call<Answer>("POST", "/v3/search", { search_categories: { room_events: { search_term: "zebra" } } })).search_categories.room_events.results.length;
  await expect.poll(found).toBe(3);

  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("archive");
  await page.keyboard.press("Control+Shift+f");
  const panel = visitor.panel("Search messages");
  const field = panel.getByRole("searchbox", { name: "Search messages" });
  const hits = panel.getByRole("listitem");
  await field.fill("zebra");
  await panel.getByText("3 messages").waitFor();
  await panel.getByRole("switch", { name: "Only in archive" }).check();
  await panel.getByText("2 messages").waitFor();
  await field.fill("zebra has:link");
  await expect.poll(() => hits.count()).toBe(1);
  await field.fill(`zebra from:${ann.name} in:elsewhere`);
  await expect.poll(async () => (await hits.allTextContents()).join()).toContain("no zebra here");
  await field.fill("giraffe");
  await panel.getByText("Nothing found").waitFor();
  await field.fill(`zebra from:${ben.name}`);
  await hits.filter({ hasText: "a zebra with a link" }).getByRole("button").click();
  await visitor.message("a zebra with a link").waitFor();
  expect(page.url()).toContain(encodeURIComponent(wanted));
  await visitor.button("Latest").click();
  await visitor.message("line 59").waitFor();
});

test("filters are chosen as well as typed", async ({ world }) => {
  const { ann, ben, room } = await world.two("archive");
  await ann.say(room, "the fence is green");
  await ben.say(room, "the fence is at https://example.org/fence");
  const found = async () => (await ann.call<Answer>("POST", "/v3/search", { search_categories: { room_events: { search_term: "fence" } } })).search_categories.room_events.results.length;
  await expect.poll(found).toBe(2);
  const visitor = await world.visitor(ann);
  await visitor.open("archive");
  await visitor.button("Search messages").click();
  const panel = visitor.panel("Search messages");
  const field = panel.getByRole("searchbox", { name: "Search messages" });
  await field.fill("fence");
  await panel.getByText("2 messages").waitFor();
  await panel.getByRole("button", { name: "Filters" }).click();
  await panel.getByLabel("From", { exact: true }).selectOption(ben.userId);
  await panel.getByText("1 message", { exact: true }).waitFor();
  expect(await field.inputValue()).toBe(`fence from:${ben.userId}`);
  await panel.getByLabel("From", { exact: true }).selectOption("");
  await panel.getByLabel("With", { exact: true }).selectOption("link");
  await expect.poll(() => panel.getByRole("listitem").count()).toBe(1);
  await panel.getByLabel("With", { exact: true }).selectOption("");
  await panel.getByLabel("Before day").fill("2020-01-01");
  await panel.getByText("Nothing found").waitFor();
});
