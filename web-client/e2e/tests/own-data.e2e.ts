import { expect, test } from "../world.ts";

interface Exported {
  account: string;
  profile: { displayname: string };
  devices: object[];
  channels: { name: string; events: { type: string; sender: string; content: { body?: string } }[] }[];
}

test("one's data is exported in a file: profile, devices, and the messages of all channels from the beginning on", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  for (let number = 0; number < 130; number++) await ben.say(room, `line ${number}`);
  await ann.say(room, "by myself");
  await ann.room({ name: "other", preset: "private_chat" });
  const visitor = await world.visitor(ann);
  await visitor.fromMenu(/^Account of/, "Settings");
  const settings = visitor.dialog("Settings");
  await settings.getByRole("button", { name: "Your data" }).click();
  const take = async () => {
    const { name, content } = await visitor.saved(() => settings.getByRole("button", { name: "Export", exact: true }).click());
    expect(name).toMatch(/^ChatSphere ann-\w+ \d{4}-\d\d-\d\d\.json$/);
    return JSON.parse(content.toString()) as Exported;
  };
  const all = await take();
  expect(all).toMatchObject({ account: ann.userId, profile: { displayname: ann.name } });
  expect(all.devices.length).toBeGreaterThan(0);
  expect(all.channels.map((channel) => channel.name).sort()).toEqual(["other", "talk"]);
  const talk = all.channels.find((channel) => channel.name === "talk");
  expect(talk?.events.filter((event) => event.content.body?.startsWith("line"))).toHaveLength(130);
  expect(talk?.events.at(-1)?.type).toBe("m.room.create");
  await settings.getByLabel("Only messages that I wrote").check();
  const own = await take();
  expect(own.channels.flatMap((channel) => channel.events).every((event) => event.sender === ann.userId)).toBe(true);
  expect(own.channels.flatMap((channel) => channel.events).some((event) => event.content.body === "by myself")).toBe(true);
});

test("an export can be broken off", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  // The server does not answer until it is let to.
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => (release = resolve));
  await visitor.page.route("**/messages?**", async (route) => {
    await held;
    await route.continue();
  });
  await visitor.fromMenu(/^Account of/, "Settings");
  const settings = visitor.dialog("Settings");
  await settings.getByRole("button", { name: "Your data" }).click();
  let saved = false;
  visitor.page.on("download", () => (saved = true));
  await settings.getByRole("button", { name: "Export", exact: true }).click();
  await settings.getByText("Reading talk").waitFor();
  await settings.getByRole("button", { name: "Cancel" }).click();
  release();
  await settings.getByRole("button", { name: "Export", exact: true }).waitFor();
  expect(saved).toBe(false);
});

test("an account is closed for good, with the password, and what can be erased of it is", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "my last words");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.fromMenu(/^Account of/, "Settings");
  await visitor.dialog("Settings").getByRole("button", { name: "Your data" }).click();
  await visitor.dialog("Settings").getByRole("button", { name: "Close account…" }).click();
  const dialog = visitor.dialog("Close your account for good?");
  await dialog.getByLabel("Erase what can be erased").check();
  await dialog.getByLabel("Your password").fill("not it");
  await dialog.getByRole("button", { name: "Close it for good" }).click();
  await dialog.getByText("The password is not right.").waitFor();
  await dialog.getByLabel("Your password").fill(ann.password);
  await dialog.getByRole("button", { name: "Close it for good" }).click();
  await page.getByLabel("Username").fill(ann.name);
  await page.getByLabel("Password", { exact: true }).fill(ann.password);
  await visitor.button("Sign in").click();
  await page.getByRole("alert").waitFor();
  expect(await page.evaluate(() => localStorage.getItem("chatsphere.session"))).toBeNull();
  // Who was there still has the words; of the person there is nothing more.
  expect((await ben.messages(room)).some(({ content }) => content.body === "my last words")).toBe(true);
  await expect(ben.call("GET", `/v3/profile/${encodeURIComponent(ann.userId)}`)).rejects.toThrow("M_NOT_FOUND");
  const members = await ben.call<{ joined: Record<string, object> }>("GET", `/v3/rooms/${encodeURIComponent(room)}/joined_members`);
  expect(Object.keys(members.joined)).not.toContain(ann.userId);
});
