import { expect, test, type Visitor } from "../world.ts";
import { ENCRYPTED, sealed, wrote } from "../sealed.ts";

const emojiOf = (visitor: Visitor) => visitor.page.getByRole("list", { name: "Emoji to compare" }).getByRole("listitem").allTextContents();

/** Both sides are shown the same emoji, and say so. */
async function compare(one: Visitor, two: Visitor): Promise<void> {
  await Promise.all([one, two].map((side) => side.button("They are the same").waitFor()));
  expect(await emojiOf(one)).toHaveLength(7);
  expect(await emojiOf(one)).toEqual(await emojiOf(two));
  await one.button("They are the same").click();
  await two.button("They are the same").click();
  for (const side of [one, two]) await side.button("Done").click();
}

test("a new device is confirmed by another one with emoji, and reads what was sent before", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "vault", preset: "private_chat", ...ENCRYPTED });
  const first = await world.visitor(ann);
  // The backup hears of the key only after the other device has asked it.
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await first.page.route("**/room_keys/keys?**", async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  await first.open("vault");
  await first.write("from long ago");
  await first.sent("from long ago");
  const later = await world.visitor(ann);
  await later.open("vault");
  await later.timeline.getByText("Sent before you signed in on this device").waitFor();
  // The first one tells of the stranger.
  await first.page.getByText("Your account is used on a device that you haven't confirmed").waitFor();
  await later.button("Confirm").click();
  await later.button(/^Use another device/).click();
  await first.page.getByText("A device of yours asks to be confirmed.").waitFor();
  await first.button("Answer").click();
  await first.button("Go on").click();
  await later.button("Compare emoji").click();
  const asked = later.page.waitForResponse((answer) => answer.url().includes("/room_keys/keys/") && answer.status() === 404);
  await compare(first, later);
  await asked;
  release();
  await later.message("from long ago").waitFor();
  await expect.poll(() => first.page.getByText("Your account is used on a device that you haven't confirmed").count()).toBe(0);
  await first.fromMenu(/^Account of/, "Settings");
  await first.dialog("Settings").getByRole("button", { name: "Devices" }).click();
  await expect.poll(() => first.dialog("Settings").getByRole("img", { name: "Confirmed", exact: true }).count()).toBe(2);
});

test("two people compare keys from the profile", async ({ world }) => {
  const { ben, one, two } = await sealed(world);
  await one.write("is it you?");
  await two.message("is it you?").waitFor();
  await two.write("who else?");
  await one.message("who else?").getByRole("button", { name: ben.name }).first().click();
  await one.button("Compare keys").click();
  // It goes through the conversation of the two, which he joins first.
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.page.getByText("asks to compare keys").waitFor();
  await two.button("Answer").click();
  await two.button("Go on").click();
  await one.button("Compare emoji").click();
  await compare(one, two);
  await one.message("who else?").getByRole("button", { name: ben.name }).first().click();
  await one.page.getByText(`You have compared keys: this is really ${ben.name}.`).waitFor();
  await one.page.keyboard.press("Escape");
  await one.open(ben.name);
  await one.page.getByRole("heading", { level: 1 }).getByRole("img", { name: "keys compared" }).waitFor();
});

test("a new device is confirmed by scanning its code", async ({ world }) => {
  const { ann, first } = await wrote(world, "from long ago");
  const later = await world.visitor(ann);
  await later.open("vault");
  await later.button("Confirm").click();
  await later.button(/^Use another device/).click();
  await first.button("Answer").click();
  await first.button("Go on").click();
  const code = await later.page.getByRole("img", { name: "QR code" }).screenshot();
  await first.button("Scan its code").click();
  // No camera here: a picture of the other screen serves.
  await first.page.getByText("The camera can't be used here").waitFor();
  await first.page.getByLabel("Picture of the code").setInputFiles({ name: "code.png", mimeType: "image/png", buffer: code });
  await later.page.getByText("The code was scanned.").waitFor();
  await later.button("Yes").click();
  for (const side of [first, later]) await side.button("Done").click();
  await later.message("from long ago").waitFor();
});
