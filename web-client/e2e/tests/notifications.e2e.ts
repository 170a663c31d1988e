import { Screen } from "../screen.ts";
import { expect, test, type Visitor } from "../world.ts";

/** Turns notifications on in the settings. */
async function notify(visitor: Visitor): Promise<void> {
  await visitor.fromMenu(/^Account of/, "Settings");
  await visitor.dialog("Settings").getByRole("button", { name: "Notifications" }).click();
  await visitor.dialog("Settings").getByRole("switch", { name: "Notify me on this device" }).check();
  await visitor.page.keyboard.press("Escape");
}

test("the title counts what is unread", async ({ world }) => {
  const { ann, ben, room } = await world.two("news");
  const visitor = await world.visitor(ann);
  expect(await visitor.page.title()).toBe("ChatSphere");
  await ben.say(room, "one");
  await ben.say(room, "two");
  await expect.poll(() => visitor.page.title()).toBe("(2) ChatSphere");
  await visitor.open("news");
  await expect.poll(() => visitor.page.title()).toBe("news · ChatSphere");
});

test("a message is told of while one looks elsewhere, and only then", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ name: "news", preset: "public_chat" });
  await ann.room({ name: "elsewhere", preset: "public_chat" });
  await ben.join(room);
  const visitor = await world.visitor(ann, { permissions: ["notifications"] });
  await notify(visitor);
  const screen = await Screen.watch(visitor);
  await visitor.open("news");
  await ben.say(room, "seen already");
  await visitor.message("seen already").waitFor();
  await visitor.open("elsewhere");
  await ben.say(room, "not seen");
  await screen.shown();
  await expect.poll(screen.list).toEqual([`${ben.name} in news: not seen`]);
});

test("a click on a notification goes to the message; what was read elsewhere is told no more", async ({ world }) => {
  const { ann, ben, room } = await world.two("news");
  await ann.room({ name: "elsewhere", preset: "public_chat" });
  const visitor = await world.visitor(ann, { permissions: ["notifications"] });
  const { page } = visitor;
  await notify(visitor);
  const screen = await Screen.watch(visitor);
  await visitor.open("elsewhere");
  const event = await ben.say(room, "look at this");
  await screen.shown();
  await expect.poll(screen.list).toHaveLength(1);
  await visitor.clickNotification();
  await page.getByRole("heading", { name: "news", level: 1 }).waitFor();
  await visitor.message("look at this").waitFor();
  expect(page.url()).toContain(encodeURIComponent(event));

  await visitor.open("elsewhere");
  const other = await ben.say(room, "and at that");
  await screen.shown();
  await expect.poll(screen.list).toHaveLength(1);
  await ann.call("POST", `/v3/rooms/${encodeURIComponent(room)}/receipt/m.read/${encodeURIComponent(other)}`, {});
  await expect.poll(screen.list).toEqual([]);
});
