import { expect, test } from "../../e2e/world.ts";
import { fill, median } from "../measure.ts";

test("a channel that was visited before is there within 100 ms", async ({ world }) => {
  const ann = await world.person("ann");
  for (const name of ["alpha", "beta"]) await fill(ann, await ann.room({ name, preset: "public_chat" }), 120);
  const visitor = await world.visitor(ann);
  for (const name of ["alpha", "beta"]) {
    await visitor.open(name);
    await visitor.timeline.locator('article[data-event^="$"]').last().waitFor();
  }
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    const name = round % 2 ? "beta" : "alpha";
    const time = await visitor.channel(name).evaluate(
      (link: HTMLElement, wanted) =>
        new Promise<number>((resolve) => {
          const start = performance.now();
          const look = () => {
            const there = document.querySelector("h1")?.textContent === wanted && document.querySelector('[data-timeline="live"] article[data-event^="$"]');
            if (there) resolve(performance.now() - start);
            else requestAnimationFrame(look);
          };
          link.click();
          requestAnimationFrame(look);
        }),
      name,
    );
    times.push(time);
  }
  console.log("switching", times.map(Math.round).join(", "), "ms");
  expect(median(times)).toBeLessThan(100);
});
