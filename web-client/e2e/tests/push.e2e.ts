import { Screen } from "../screen.ts";
import { expect, test, type Visitor, type World } from "../world.ts";

/** Brings a push to the service worker, as the browser does with what its push service has sent. */
async function pushing(visitor: Visitor): Promise<(said: object | string) => Promise<void>> {
  await visitor.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const devtools = await visitor.context.newCDPSession(visitor.page);
  const registration = new Promise<string>((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const found = registrations.find(({ isDeleted }) => !isDeleted);
      if (found) resolve(found.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  const registrationId = await registration;
  const origin = new URL(visitor.page.url()).origin;
  return async (said) => {
    await devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: typeof said === "string" ? said : JSON.stringify(said) });
  };
}

/** Ann, who looks at another channel than the one that pushes are of; something is unread there. */
async function elsewhere(world: World) {
  const { ann, ben, room } = await world.two("news");
  await ann.room({ name: "elsewhere", preset: "public_chat" });
  const event = await ben.say(room, "look at this");
  const visitor = await world.visitor(ann, { permissions: ["notifications"] });
  await visitor.open("elsewhere");
  await visitor.channel("news").getByRole("img", { name: /unread/ }).waitFor();
  const push = await pushing(visitor);
  const screen = await Screen.watch(visitor);
  const said = (body: string, more: object = {}) => ({
    room_id: room, event_id: event, type: "m.room.message", sender: ben.userId, sender_display_name: "Ben", room_name: "news", content: { msgtype: "m.text", body }, prio: "high", counts: { unread: 2 }, ...more,
  });
  return { ann, room, event, visitor, screen, push, said };
}

test("a push is shown with who, where and what, one for each channel; nothing is said of what it does not say", async ({ world }) => {
  const { screen, push, said } = await elsewhere(world);
  await push("not JSON at all");
  await push(said("hello\n there"));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: hello there"]);
  await push(said("", { type: "m.room.encrypted", content: { ciphertext: "xyz" } }));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: Encrypted message"]);
  await push(said("cat.png", { room_id: "!other:x", room_name: "Ben", content: { msgtype: "m.image", body: "cat.png" } }));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: Encrypted message", "Ben: Picture: cat.png"]);
  await push({ room_id: "!other:x", event_id: "$e", prio: "low", counts: { unread: 3 } });
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: Encrypted message", "ChatSphere: New message"]);
});

test("what was read elsewhere is taken back", async ({ world }) => {
  const { screen, push, said } = await elsewhere(world);
  await push(said("one"));
  await push(said("two", { room_id: "!other:x", room_name: "other" }));
  await screen.shown(2);
  await expect.poll(screen.list).toHaveLength(2);
  await push({ prio: "low", counts: { unread: 1 } });
  await push(said("the only one", { counts: { unread: 1 } }));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: the only one"]);
  await push({ prio: "low", counts: { unread: 0 } });
  await expect.poll(screen.list).toEqual([]);
});

test("the channel that is on the screen is not told of; a page that opens takes back what is read", async ({ world }) => {
  const { ann, room, event, visitor, screen, push, said } = await elsewhere(world);
  await push(said("before"));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: before"]);
  await visitor.page.reload();
  await visitor.live();
  await ann.call("POST", `/v3/rooms/${encodeURIComponent(room)}/receipt/m.read/${encodeURIComponent(event)}`, {});
  await expect.poll(screen.list).toEqual([]);
  await visitor.open("news");
  const again = await pushing(visitor);
  await again(said("seen anyway"));
  // The next push is dealt with after this one.
  await again(said("a mark", { room_id: "!other:x", room_name: "other" }));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in other: a mark"]);
});

test("a click on a push goes to the message", async ({ world }) => {
  const { event, visitor, screen, push, said } = await elsewhere(world);
  await push(said("look at this"));
  await screen.shown();
  await expect.poll(screen.list).toEqual(["Ben in news: look at this"]);
  await visitor.clickNotification();
  await visitor.page.getByRole("heading", { name: "news", level: 1 }).waitFor();
  await visitor.message("look at this").waitFor();
  expect(visitor.page.url()).toContain(encodeURIComponent(event));
  expect(await screen.list()).toEqual([]);
});
