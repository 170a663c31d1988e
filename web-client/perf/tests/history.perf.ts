import { expect, test } from "../../e2e/world.ts";
import { fill, watchTasks } from "../measure.ts";

const MESSAGES = 10_000;

test("ten thousand messages scroll by with few nodes on the page and no long task", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "long", preset: "public_chat" });
  await fill(ann, room, MESSAGES);
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("long");
  await visitor.timeline.locator("article").last().waitFor();
  await watchTasks(visitor);
  let most = 0;
  const start = visitor.timeline.getByText("This is the beginning of long.");
  for (let step = 0; step < 4000 && (await start.count()) === 0; step++) {
    const nodes = await visitor.timeline.evaluate(
      (scroller) =>
        new Promise<number>((resolve) => {
          scroller.scrollTop = Math.max(0, scroller.scrollTop - 3000);
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(document.querySelectorAll("*").length)));
        }),
    );
    most = Math.max(most, nodes);
  }
  await start.waitFor();
  const longest = await page.evaluate(() => window.longest);
  console.log(`history: at most ${most} nodes, longest task ${Math.round(longest)} ms`);
  expect(most).toBeLessThanOrEqual(2500);
  expect(longest).toBeLessThanOrEqual(200);
});
