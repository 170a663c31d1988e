import { expect, test, type Visitor } from "../world.ts";

const SEND = "**/_matrix/client/v3/rooms/*/send/m.room.message/**";

/** Milliseconds from the key that sends to the message on the page, as the page itself sees them. */
async function echoTimes(visitor: Visitor, texts: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const text of texts) {
    await visitor.composer.fill(text);
    const seen = visitor.page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          let pressed = 0;
          addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
          const watch = new MutationObserver(() => {
            if (![...document.querySelectorAll("article")].some((article) => article.textContent?.includes(wanted))) return;
            watch.disconnect();
            resolve(performance.now() - pressed);
          });
          watch.observe(document.body, { childList: true, subtree: true, characterData: true });
        }),
      text,
    );
    await visitor.composer.press("Enter");
    times.push(await seen);
  }
  return times;
}

test("a message is on the page within 50 ms of the key, and says that it is on its way", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await visitor.write("warming up");
  await visitor.sent("warming up");
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(SEND, async (route) => {
    await held;
    await route.continue();
  });
  const times = await echoTimes(visitor, ["one", "two", "three", "four", "five"]);
  // The middle one: a machine that is busy with other tests may lose a moment on any of them.
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(50);
  await visitor.message("five").last().getByText("Sending").waitFor({ state: "attached" });
  release();
  await visitor.sent("five");
  expect(await visitor.timeline.getByText("Sending").count()).toBe(0);
});

test("what the server refused is said, and sent again in order", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await page.route(SEND, (route) => route.fulfill({ status: 403, json: { errcode: "M_FORBIDDEN", error: "no" } }));
  await visitor.write("first of two");
  await visitor.write("second of two");
  await visitor.message("second of two").last().getByRole("alert").filter({ hasText: "Not sent." }).waitFor();
  await visitor.message("first of two").last().getByRole("alert").filter({ hasText: "Not sent." }).waitFor();
  await page.unroute(SEND);
  await visitor.message("second of two").last().getByRole("button", { name: "Try again" }).click();
  await visitor.sent("second of two");
  const spoken = (await ann.messages(room)).filter(({ type }) => type === "m.room.message").map(({ content }) => content.body);
  expect(spoken.toReversed()).toEqual(["first of two", "second of two"]);
});

test("what could not be sent survives a reload, and arrives once", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await page.route(SEND, (route) => route.abort());
  await visitor.write("kept for later");
  await visitor.message("kept for later").getByText("Will be sent when").waitFor();
  await page.reload();
  await visitor.message("kept for later").waitFor();
  await page.unroute(SEND);
  await visitor.sent("kept for later");
  const copies = (await ann.messages(room)).filter(({ content }) => content.body === "kept for later");
  expect(copies).toHaveLength(1);
});
