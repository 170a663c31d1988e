import { findings } from "../axe.ts";
import { sealed } from "../sealed.ts";
import { type Account, expect, test, type Visitor } from "../world.ts";

interface Waiting {
  delay_id: string;
  room_id: string;
  type: string;
  content: Record<string, unknown>;
}

async function waiting(account: Account): Promise<Waiting[]> {
  return (await account.call<{ delayed_events: Waiting[] }>("GET", "/unstable/org.matrix.msc4140/delayed_events")).delayed_events;
}

/** Schedules what is written for so many seconds from now, or for a time that the menu offers. */
async function schedule(visitor: Visitor, text: string, when: number | string): Promise<void> {
  await visitor.composer.fill(text);
  if (typeof when === "string") return visitor.fromMenu("Schedule…", when);
  await visitor.fromMenu("Schedule…", "Another time…");
  await setTime(visitor, when);
  await visitor.dialog("Send later").getByRole("button", { name: "Schedule" }).click();
}

/** Fills in the local time in so many seconds, to the second. */
async function setTime(visitor: Visitor, seconds: number): Promise<void> {
  const local = await visitor.page.evaluate((wait) => {
    const date = new Date(Date.now() + wait * 1000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  }, seconds);
  await visitor.page.getByLabel("Date and time").fill(local);
}

const list = (visitor: Visitor) => visitor.dialog("Scheduled messages");
const entry = (visitor: Visitor, text: string) => list(visitor).getByRole("listitem").filter({ hasText: text });

test("a message is scheduled, listed after a reload too, and sent at its time to others", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await schedule(one, "see you **tomorrow**", "Tomorrow");
  await expect.poll(() => one.composer.inputValue()).toBe("");
  await one.page.getByText("1 message scheduled").waitFor();
  await one.page.reload();
  await one.live();
  await one.page.getByText("1 message scheduled").waitFor();
  await one.page.getByRole("button", { name: "View" }).first().click();
  await entry(one, "#talk").getByText(/^Tomorrow, /).waitFor();
  await one.page.keyboard.press("Escape");
  await schedule(one, "in a moment", 3);
  await one.page.getByText("2 messages scheduled").waitFor();
  await two.message("in a moment").waitFor();
  await one.message("in a moment").waitFor();
  await one.page.getByText("1 message scheduled").waitFor();
  expect((await waiting(ann)).map(({ content }) => content)).toEqual([
    { msgtype: "m.text", body: "see you **tomorrow**", format: "org.matrix.custom.html", formatted_body: "see you <strong>tomorrow</strong>", "m.mentions": {} },
  ]);
  expect((await ben.messages(room)).some(({ content }) => String(content.body).startsWith("see you"))).toBe(false);
});

test("one is sent at once, one is cancelled and had back, one gets another text and time", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  for (const text of ["sent now", "not sent", "changed"]) await schedule(one, text, "In 1 hour");
  await one.page.getByText("3 messages scheduled").waitFor();
  await one.fromMenu(/^Account of/, "Scheduled messages");
  await entry(one, "sent now").getByRole("button", { name: "Send now" }).click();
  await two.message("sent now").waitFor();
  await entry(one, "sent now").waitFor({ state: "detached" });

  await entry(one, "not sent").getByRole("button", { name: "Cancel sending" }).click();
  await expect.poll(async () => (await waiting(ann)).map(({ content }) => content.body)).toEqual(["changed"]);
  await entry(one, "Cancelled: not sent").getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => (await waiting(ann)).length).toBe(2);

  await entry(one, "changed").getByRole("button", { name: "Edit" }).click();
  expect(await findings(one)).toEqual([]);
  await list(one).getByLabel("Message").fill("quite another text");
  await setTime(one, -60);
  await list(one).getByText("This time has passed.").waitFor();
  await setTime(one, 3);
  await list(one).getByRole("button", { name: "Save" }).click();
  await two.message("quite another text").waitFor();
  await entry(one, "quite another text").waitFor({ state: "detached" });
  expect((await ben.messages(room)).some(({ content }) => content.body === "changed")).toBe(false);
});

test("answers, names and threads stay what they are", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const root = await ben.say(room, "who brings the cake?");
  await ann.say(room, "first answer", { "m.relates_to": { rel_type: "m.thread", event_id: root } });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.on(visitor.message("who brings the cake?"), "Reply");
  await visitor.composer.pressSequentially("@be");
  await visitor.page.getByRole("option", { name: new RegExp(ben.name) }).click();
  await visitor.composer.pressSequentially("does");
  await visitor.fromMenu("Schedule…", "In 1 hour");
  await visitor.page.getByText(`Answer to ${ben.name}`).waitFor({ state: "detached" });
  await visitor.message("who brings the cake?").getByRole("button", { name: /1 answer/ }).click();
  const panel = visitor.panel("Thread");
  await panel.getByRole("textbox").fill("in the thread");
  await panel.getByRole("button", { name: "Schedule…" }).click();
  await visitor.choose("In 1 hour");
  await panel.getByText("1 message scheduled").waitFor();
  const [answer, inThread] = (await waiting(ann)).map(({ content }) => content);
  expect(answer).toMatchObject({ "m.mentions": { user_ids: [ben.userId] }, "m.relates_to": { "m.in_reply_to": { event_id: root } } });
  expect(inThread).toMatchObject({ body: "in the thread", "m.relates_to": { rel_type: "m.thread", event_id: root } });
});

test("in an encrypted channel the server holds only what it can't read", async ({ world }) => {
  const { ann, one, two } = await sealed(world);
  await schedule(one, "a secret for later", "In 1 hour");
  await one.page.getByText("1 message scheduled").waitFor();
  const [kept] = await waiting(ann);
  expect(kept?.type).toBe("m.room.encrypted");
  expect(JSON.stringify(kept)).not.toContain("secret");
  await one.page.reload();
  await one.live();
  await one.page.getByRole("button", { name: "View" }).first().click();
  await entry(one, "a secret for later").getByRole("button", { name: "Send now" }).click();
  await two.message("a secret for later").waitFor();
  await one.page.keyboard.press("Escape");
  await one.message("a secret for later").waitFor();
});

test("what the server refuses at its time is shown with the reason", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const visitor = await world.visitor(ben);
  await visitor.open("talk");
  await schedule(visitor, "too late", 4);
  await visitor.page.getByText("1 message scheduled").waitFor();
  const path = `/v3/rooms/${encodeURIComponent(room)}/state/m.room.power_levels`;
  const levels = await ann.call<Record<string, unknown>>("GET", path);
  await ann.call("PUT", path, { ...levels, events_default: 50 });
  await visitor.page.getByText("A scheduled message could not be sent: You may not write there any more.").waitFor();
  await visitor.fromMenu(/^Account of/, "Scheduled messages");
  await entry(visitor, "too late").getByText("Not sent: You may not write there any more.").waitFor();
  await entry(visitor, "too late").getByRole("button", { name: "Discard" }).click();
  await list(visitor).getByText("Nothing is scheduled").waitFor();
});

test("a server that sends nothing later is said to be one", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor();
  await visitor.page.route("**/_matrix/client/versions", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { unstable_features: Record<string, boolean> };
    await route.fulfill({ json: { ...body, unstable_features: { ...body.unstable_features, "org.matrix.msc4140": false } } });
  });
  await visitor.signIn(ann);
  await visitor.open("talk");
  await visitor.composer.fill("never");
  await visitor.button("Schedule…").click();
  await visitor.page.getByText("This server can't send messages later.").waitFor();
  expect(await visitor.page.getByRole("menuitem").count()).toBe(0);
});
