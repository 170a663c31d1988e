import { findings } from "../axe.ts";
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
    for (const tab of ["Profile", "Appearance", "Notifications", "Privacy", "Password"]) {
      await visitor.dialog("Settings").getByRole("button", { name: tab, exact: true }).click();
      expect(await findings(visitor)).toEqual([]);
    }
  });
}
