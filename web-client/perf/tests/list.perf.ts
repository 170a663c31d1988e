import { expect, test } from "../../e2e/world.ts";
import { watchTasks } from "../measure.ts";

const CHANNELS = 500;

test("five hundred channels scroll by without a stutter", async ({ world }) => {
  const ann = await world.person("ann");
  for (let made = 0; made < CHANNELS; made += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => ann.room({ name: `channel ${String(made + index).padStart(3, "0")}`, preset: "private_chat" })));
  }
  const visitor = await world.visitor(ann);
  await visitor.channel("channel 000").waitFor();
  await watchTasks(visitor);
  const { worst, nodes } = await visitor.page.locator("[data-channel-list]").evaluate(
    (list) =>
      new Promise<{ worst: number; nodes: number }>((resolve) => {
        let worst = 0;
        let nodes = 0;
        let before = performance.now();
        const step = (now: number) => {
          worst = Math.max(worst, now - before);
          nodes = Math.max(nodes, document.querySelectorAll("*").length);
          before = now;
          list.scrollTop += 120;
          if (list.scrollTop + list.clientHeight < list.scrollHeight - 1) requestAnimationFrame(step);
          else resolve({ worst, nodes });
        };
        requestAnimationFrame(step);
      }),
  );
  await visitor.channel("channel 499").waitFor();
  const longest = await visitor.page.evaluate(() => window.longest);
  console.log(`list: longest frame ${Math.round(worst)} ms, longest task ${Math.round(longest)} ms, at most ${nodes} nodes`);
  expect(longest).toBeLessThanOrEqual(100);
  expect(nodes).toBeLessThanOrEqual(1500);
  // A channel far down is opened as fast as any.
  await visitor.open("channel 499");
  await visitor.page.getByRole("heading", { name: "channel 499", level: 1 }).waitFor();
});
