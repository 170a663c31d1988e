import { expect, test, type Account, type Visitor } from "../world.ts";
import { gradient } from "../scene.ts";

/** The message at the middle of the view, and how far from the top of it. */
function middle(visitor: Visitor): Promise<{ id: string; top: number }> {
  return visitor.timeline.evaluate((scroller) => {
    const box = scroller.getBoundingClientRect();
    const articles = [...scroller.querySelectorAll<HTMLElement>("article")];
    const found = articles.find((article) => article.getBoundingClientRect().top > box.top + box.height / 2) ?? articles[0];
    return { id: found?.dataset.event ?? "", top: (found?.getBoundingClientRect().top ?? 0) - box.top };
  });
}

function topOf(visitor: Visitor, id: string): Promise<number> {
  return visitor.timeline.evaluate((scroller, event) => {
    const found = scroller.querySelector(`article[data-event="${event}"]`);
    return found ? found.getBoundingClientRect().top - scroller.getBoundingClientRect().top : Number.NaN;
  }, id);
}

const scrollBy = (visitor: Visitor, y: number) => visitor.timeline.evaluate((scroller, step) => void scroller.scrollBy(0, step), y);

async function talk(who: Account, room: string, count: number, stem = "line"): Promise<void> {
  for (let number = 0; number < count; number++) await who.say(room, `${stem} ${number} ${"and more ".repeat(number % 7)}`);
}

test("a channel opens at the first unread message, and leads there again", async ({ world }) => {
  const { ann, ben, room } = await world.two("news");
  await talk(ben, room, 50, "old");
  const last = (await ben.messages(room))[0]?.event_id ?? "";
  await ann.call("POST", `/v3/rooms/${encodeURIComponent(room)}/receipt/m.read/${encodeURIComponent(last)}`, {});
  await talk(ben, room, 60, "new");
  const visitor = await world.visitor(ann);
  await visitor.open("news");
  const line = visitor.page.locator("[data-new-line]");
  await line.waitFor();
  const inView = () => line.evaluate((element) => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
  });
  await expect.poll(inView).toBe(true);
  await visitor.message("new 0 ").waitFor();
  await visitor.button("Latest").click();
  await visitor.message("new 59 ").waitFor();
  await visitor.button("Jump to unread").click();
  await expect.poll(inView).toBe(true);
  await visitor.message("new 0 ").waitFor();
});

test("who reads the history is not moved by new messages, and is told how many there are", async ({ world }) => {
  const { ann, ben, room } = await world.two("news");
  await talk(ben, room, 60);
  const visitor = await world.visitor(ann);
  await visitor.open("news");
  await visitor.composer.press("Escape");
  await visitor.channel("news").getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
  await visitor.page.reload();
  await visitor.message("line 59 ").waitFor();
  // A list that has just come may still be on its way to its end.
  await expect
    .poll(async () => {
      await scrollBy(visitor, -700);
      return visitor.button("Latest").isVisible();
    })
    .toBe(true);
  const before = await middle(visitor);
  for (const text of ["one", "two", "three"]) await ben.say(room, `late ${text}`);
  const pill = visitor.button("3 new messages");
  await pill.waitFor();
  expect(Math.abs((await topOf(visitor, before.id)) - before.top)).toBeLessThanOrEqual(2);
  await pill.click();
  await visitor.message("late three").waitFor();
  await pill.waitFor({ state: "detached" });
  // At the end the reader is taken along.
  await ben.say(room, "late four");
  await visitor.message("late four").waitFor();
  await expect.poll(() => visitor.timeline.evaluate((scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight)).toBeLessThan(3);
});

test("history that is put before moves nothing", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "long", preset: "public_chat" });
  await talk(ann, room, 150);
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("long");
  await visitor.message("line 149 ").waitFor();
  // The next page of history comes when the test says so.
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/messages?**", async (route) => {
    await held;
    await route.continue();
  });
  const loading = page.getByText("Loading earlier messages…");
  for (let round = 0; round < 40 && !(await loading.isVisible()); round++) await scrollBy(visitor, -400);
  await loading.waitFor();
  const before = await middle(visitor);
  const height = await visitor.timeline.evaluate((scroller) => scroller.scrollHeight);
  release();
  await expect.poll(() => visitor.timeline.evaluate((scroller) => scroller.scrollHeight)).toBeGreaterThan(height + 500);
  expect(Math.abs((await topOf(visitor, before.id)) - before.top)).toBeLessThanOrEqual(2);
});

test("pictures that come late move nothing, with and without their size", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "gallery", preset: "public_chat" });
  await talk(ann, room, 10, "before");
  const url = await ann.upload(gradient(500, 900), "image/png");
  await ann.send(room, { msgtype: "m.image", body: "sized.png", url, info: { w: 500, h: 900, mimetype: "image/png" } });
  await ann.send(room, { msgtype: "m.image", body: "unsized.png", url });
  await talk(ann, room, 3, "after");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/_matrix/client/v1/media/**", async (route) => {
    await held;
    await route.continue();
  });
  await visitor.open("gallery");
  const end = visitor.message("after 2 ");
  await end.waitFor();
  const id = (await end.getAttribute("data-event")) ?? "";
  const before = await topOf(visitor, id);
  expect(await visitor.timeline.locator("img[alt$='.png']").count()).toBe(0);
  release();
  for (const name of ["sized.png", "unsized.png"]) {
    const image = visitor.timeline.getByRole("img", { name, exact: true });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth > 0)).toBe(true);
  }
  expect(Math.abs((await topOf(visitor, id)) - before)).toBeLessThanOrEqual(2);
});

test("a message counts as read only on a page that is seen, has the focus, and is at its end", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await talk(ben, room, 40);
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await visitor.composer.press("Escape");
  await visitor.channel("talk").getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
  const receipts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && /read_markers|\/receipt\//.test(request.url())) receipts.push(request.url());
  });
  /** The page's own view of whether it is seen and has the focus. */
  const look = (focused: boolean, visible: boolean) =>
    page.evaluate(
      ({ focused, visible }) => {
        document.hasFocus = () => focused;
        Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (visible ? "visible" : "hidden") });
        document.dispatchEvent(new Event("visibilitychange"));
        if (focused) dispatchEvent(new Event("focus"));
      },
      { focused, visible },
    );
  const arrives = async (text: string) => {
    await ben.say(room, text);
    await visitor.message(text).waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  };
  if (await visitor.button("Latest").isVisible()) await visitor.button("Latest").click();
  await visitor.button("Latest").waitFor({ state: "detached" });
  await look(true, false);
  const before = receipts.length;
  await arrives("behind another tab");
  await look(false, true);
  await arrives("behind another window");
  expect(receipts.length).toBe(before);
  await look(true, true);
  await expect.poll(() => receipts.length).toBeGreaterThan(before);
  await visitor.channel("talk").getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
  await scrollBy(visitor, -600);
  await visitor.button("Latest").waitFor();
  const after = receipts.length;
  await ben.say(room, "below the view");
  await visitor.button("1 new message").waitFor();
  expect(receipts.length).toBe(after);
  await visitor.button("1 new message").click();
  await expect.poll(() => receipts.length).toBeGreaterThan(after);
});
