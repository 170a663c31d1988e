import { gradient } from "../scene.ts";
import { expect, test } from "../world.ts";

const picture = (name: string) => ({ name, mimeType: "image/png", buffer: Buffer.from(gradient(32, 32)) });

test("one's own emoji is uploaded and named, completed, sent, seen by others, and given as a reaction", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "we shipped it");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.fromMenu(/^Account of/, "Settings");
  const settings = one.dialog("Settings");
  await settings.getByRole("button", { name: "Emoji", exact: true }).click();
  await settings.getByText("No emoji of your own here yet").waitFor();
  await settings.getByLabel("Pictures for emoji").setInputFiles([picture("Ship It.png"), picture("blob.png")]);
  await settings.getByRole("list", { name: "Your emoji" }).getByRole("img").nth(1).or(settings.getByLabel("Name of :blob:")).first().waitFor();
  const name = settings.getByLabel("Name of :ship_it:");
  await name.fill("blob");
  await settings.getByText("Another one has this name.").waitFor();
  await name.fill("shipit");
  await name.press("Enter");
  await settings.getByLabel("Name of :shipit:").waitFor();
  await settings.getByRole("button", { name: "Remove :blob:" }).click();
  await settings.getByLabel("Name of :blob:").waitFor({ state: "detached" });
  const kept = await ann.call<{ images: Record<string, { url: string }> }>("GET", `/v3/user/${encodeURIComponent(ann.userId)}/account_data/im.ponies.user_emotes`);
  expect(Object.keys(kept.images)).toEqual(["shipit"]);
  const mxc = kept.images.shipit?.url ?? "";
  await one.page.keyboard.press("Escape");

  await one.composer.pressSequentially("hooray :shi");
  await one.page.getByRole("option", { name: /:shipit:/ }).waitFor();
  await one.composer.press("Enter");
  await expect.poll(() => one.composer.inputValue()).toBe("hooray :shipit: ");
  await one.composer.press("Enter");
  await two.message("hooray").getByRole("img", { name: ":shipit:" }).waitFor();
  const sent = (await ben.messages(room)).find(({ content }) => content.body === "hooray :shipit:");
  expect(sent?.content.formatted_body).toBe(`hooray <img data-mx-emoticon src="${mxc}" alt=":shipit:" title=":shipit:" height="32" />`);

  await one.on(one.message("we shipped it"), "Choose a reaction");
  await one.page.getByLabel("Search emoji").fill("shipit");
  await one.page.getByRole("button", { name: "shipit", exact: true }).click();
  const chip = two.message("we shipped it").getByRole("button", { name: new RegExp(`by ${ann.name}$`) });
  await chip.getByRole("img", { name: ":shipit:" }).waitFor();
  // Another joins in with the same picture.
  await chip.click();
  await expect.poll(() => one.message("we shipped it").getByRole("button", { name: /by .*,/ }).innerText()).toContain("2");
});

test("a channel's emoji are for everyone in it, and elsewhere for who wants them there", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const other = await ben.room({ name: "other", preset: "public_chat" });
  const [one, two] = await world.watching("talk", ann, ben);
  await one.fromMenu("Channel menu", "Details");
  await one.panel("Details").getByRole("button", { name: "Emoji", exact: true }).click();
  const dialog = one.dialog("Emoji of talk");
  await dialog.getByLabel("Pictures for emoji").setInputFiles([picture("logo.png")]);
  await dialog.getByLabel("Name of :logo:").waitFor();
  const state = await ben.call<{ images: Record<string, object> }>("GET", `/v3/rooms/${encodeURIComponent(room)}/state/im.ponies.room_emotes/`);
  expect(Object.keys(state.images)).toEqual(["logo"]);

  await one.page.keyboard.press("Escape");

  // Ben may use it here, and not change it.
  await two.fromMenu("Channel menu", "Details");
  await two.panel("Details").getByRole("button", { name: "Emoji", exact: true }).click();
  const seen = two.dialog("Emoji of talk");
  await seen.getByText(":logo:").waitFor();
  expect(await seen.getByRole("button", { name: "Add pictures" }).count()).toBe(0);
  await two.page.keyboard.press("Escape");
  await two.write(":logo:");
  const large = one.message(ben.name).getByRole("img", { name: ":logo:" });
  await large.waitFor();
  expect((await large.boundingBox())?.height).toBeGreaterThan(30);

  await two.open("other");
  await two.composer.fill("not here :logo:");
  await two.composer.press("Enter");
  await two.sent("not here :logo:");
  await two.open("talk");
  await two.fromMenu("Channel menu", "Details");
  await two.panel("Details").getByRole("button", { name: "Emoji", exact: true }).click();
  await seen.getByLabel("Use them in all my channels").click();
  await expect.poll(() => seen.getByLabel("Use them in all my channels").isChecked()).toBe(true);
  await two.page.keyboard.press("Escape");
  await two.open("other");
  await two.write("but now :logo:");
  await two.message("but now").getByRole("img", { name: ":logo:" }).waitFor();
  expect((await ben.messages(other)).length).toBeGreaterThan(1);
});
