import { expect, test } from "../world.ts";

test("an edited message shows its earlier versions", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const first = await ann.say(room, "version one");
  for (const body of ["version two", "version three"]) {
    await ann.say(room, `* ${body}`, { "m.new_content": { msgtype: "m.text", body }, "m.relates_to": { rel_type: "m.replace", event_id: first } });
  }
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.message("version three").getByRole("button", { name: "(edited)" }).click();
  const versions = visitor.dialog("Versions of this message").getByRole("listitem");
  await expect.poll(async () => (await versions.allTextContents()).map((text) => /version \w+/.exec(text)?.[0])).toEqual(["version three", "version two", "version one"]);
});
