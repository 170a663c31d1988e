import { findings } from "../axe.ts";
import { gradient } from "../scene.ts";
import { expect, test } from "../world.ts";

/** Animations begin transparent, which would count as too little contrast. */
const STILL = { reducedMotion: "reduce" } as const;

for (const colorScheme of ["light", "dark"] as const) {
  test(`every main screen can be used by everyone, ${colorScheme}`, async ({ world }) => {
    const ann = await world.person("ann");
    const ben = await world.person("ben");
    const room = await ann.room({ name: "talk", preset: "public_chat", visibility: "public", topic: "This and that" });
    await ben.join(room);
    const root = await ben.say(room, "look: https://example.org", { "m.mentions": { user_ids: [ann.userId] } });
    await ben.send(room, { "m.relates_to": { rel_type: "m.annotation", event_id: root, key: "👍" } }, "m.reaction");
    await ann.say(room, "in the thread", { "m.relates_to": { rel_type: "m.thread", event_id: root } });
    await ben.room({ name: "come in", preset: "private_chat", invite: [ann.userId] });

    const url = await ann.upload(gradient(32, 32), "image/png");
    await ann.call("PUT", `/v3/user/${encodeURIComponent(ann.userId)}/account_data/im.ponies.user_emotes`, { images: { wave: { url } } });

    const visitor = await world.visitor(undefined, { colorScheme, ...STILL });
    const { page } = visitor;
    await visitor.visit();
    await page.getByLabel("Username").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.signIn(ann);
    await page.getByText("come in").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.open("talk");
    await visitor.message("look:").hover();
    expect(await findings(visitor)).toEqual([]);
    for (const [open, name] of [["Threads", "Threads"], [/^Members/, "Members"], ["Search messages", "Search messages"]] as const) {
      await visitor.button(open).click();
      await visitor.panel(name).waitFor();
      expect(await findings(visitor)).toEqual([]);
    }
    await visitor.fromMenu("Channel menu", "Details");
    await visitor.panel("Details").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await page.keyboard.press("Control+k");
    await visitor.dialog("Jump to").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await page.keyboard.press("Escape");
    for (const item of ["New channel", "Browse channels", "New message"]) {
      await visitor.fromMenu("New", item);
      await visitor.dialog(item).waitFor();
      expect(await findings(visitor)).toEqual([]);
      await page.keyboard.press("Escape");
    }
    await visitor.fromMenu(/^Account of/, "Settings");
    for (const tab of ["Profile", "Appearance", "Emoji", "Notifications", "Privacy", "Password", "Your data"]) {
      await visitor.dialog("Settings").getByRole("button", { name: tab, exact: true }).click();
      expect(await findings(visitor)).toEqual([]);
    }
    await visitor.button("Close account…").click();
    await visitor.dialog("Close your account for good?").waitFor();
    expect(await findings(visitor)).toEqual([]);
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`polls, voice messages, places, filters and workspaces can be used by everyone, ${colorScheme}`, async ({ world }) => {
    const { ann, ben, room } = await world.two("talk");
    const answers = ["Monday", "Tuesday"].map((body, index) => ({ "m.id": String(index), "m.text": [{ body }] }));
    const poll = await ben.send(room, { body: "When?", "m.poll": { kind: "m.disclosed", max_selections: 1, question: { "m.text": [{ body: "When?" }] }, answers } }, "m.poll.start");
    await ann.send(room, { "m.relates_to": { rel_type: "m.reference", event_id: poll }, "m.selections": ["1"] }, "m.poll.response");
    const url = await ben.upload(new Uint8Array(64), "audio/ogg");
    await ben.send(room, { msgtype: "m.audio", body: "voice.ogg", url, info: { duration: 4000 }, "org.matrix.msc1767.audio": { waveform: [1, 500, 900] }, "org.matrix.msc3245.voice": {} });
    await ben.send(room, { msgtype: "m.location", body: "The park", geo_uri: "geo:52.5,13.4" });
    const space = await ann.room({ name: "Club", preset: "public_chat", creation_content: { type: "m.space" } });
    await ann.call("PUT", `/v3/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(room)}`, { via: ["localhost"] });
    const visitor = await world.visitor(ann, { colorScheme, ...STILL });
    await visitor.open("talk");
    await visitor.message("When?").getByText("1 vote").waitFor();
    await visitor.timeline.getByRole("group", { name: "Voice message" }).waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.button("Search messages").click();
    await visitor.panel("Search messages").getByRole("button", { name: "Filters" }).click();
    expect(await findings(visitor)).toEqual([]);
    await visitor.fromMenu("Add to the message", "Ask a poll");
    await visitor.dialog("New poll").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.page.keyboard.press("Escape");
    await visitor.fromMenu("New", "New workspace");
    await visitor.dialog("New workspace").waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.page.keyboard.press("Escape");
    await visitor.visit(`/c/${encodeURIComponent(space)}`);
    await visitor.button("Open talk").waitFor();
    expect(await findings(visitor)).toEqual([]);
  });
}
