import { expect, test } from "../world.ts";
import { sealed } from "../sealed.ts";

test("what comes from a device that its owner has not confirmed says so, until they have", async ({ world }) => {
  const { ann, one, two } = await sealed(world);
  await one.write("from my desk");
  await two.message("from my desk").waitFor();
  const later = await world.visitor(ann);
  await later.open("vault");
  await later.write("from somewhere");
  await two.message("from somewhere").getByText("has not confirmed").waitFor();
  expect(await two.message("from my desk").getByText("has not confirmed").count()).toBe(0);
  await later.button("Confirm").click();
  await later.button(/^Use another device/).click();
  await one.button("Answer").click();
  await one.button("Go on").click();
  await later.button("Compare emoji").click();
  for (const side of [one, later]) await side.button("They are the same").click();
  await expect.poll(() => two.message("from somewhere").getByText("has not confirmed").count()).toBe(0);
});

test("someone whose keys have changed is told of in their profile, until one goes on", async ({ world }) => {
  const { ann, one, two } = await sealed(world);
  await one.write("hello");
  await two.message("hello").waitFor();
  await two.write("hello yourself");
  await one.fromMenu(/^Account of/, "Settings");
  await one.dialog("Settings").getByRole("button", { name: "Encryption" }).click();
  await one.button("Reset encryption…").click();
  await one.button("Reset encryption").click();
  await one.page.getByLabel("Your password").fill(ann.password);
  await one.button("Reset encryption").click();
  await one.dialog("Your recovery key").waitFor();
  const profile = async () => {
    await two.message("hello").first().getByRole("button", { name: ann.name }).first().click();
    await two.dialog(ann.name).getByRole("button", { name: "Compare keys" }).waitFor();
  };
  await expect
    .poll(async () => {
      await profile();
      const told = await two.dialog(ann.name).getByText("keys have changed").count();
      if (!told) await two.page.keyboard.press("Escape");
      return told;
    })
    .toBe(1);
  await two.dialog(ann.name).getByRole("button", { name: "Go on" }).click();
  await two.dialog(ann.name).getByText("You haven't compared keys yet.").waitFor();
});

test("a mention in an encrypted channel counts as one, and is told of in its own words", async ({ world }) => {
  const { ann, ben, one, two } = await sealed(world);
  await ann.room({ name: "elsewhere", preset: "private_chat" });
  await one.page.context().grantPermissions(["notifications"]);
  await one.fromMenu(/^Account of/, "Settings");
  await one.dialog("Settings").getByRole("button", { name: "Notifications" }).click();
  await one.dialog("Settings").getByRole("switch", { name: "Notify me on this device" }).check();
  await one.page.keyboard.press("Escape");
  await one.open("elsewhere");
  await two.composer.pressSequentially(`@${ann.name.slice(0, 5)}`);
  await two.page.getByRole("option").first().click();
  await two.composer.pressSequentially("are you in?");
  await two.composer.press("Enter");
  await one.channel("vault").getByRole("img", { name: "1 mention" }).waitFor();
  const shown = () =>
    one.page.evaluate(async () => {
      const worker = await navigator.serviceWorker.getRegistration();
      return ((await worker?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
    });
  await expect.poll(shown).toEqual([`${ben.name} in vault: @${ann.name} are you in?`]);
  await one.open("vault");
  await expect.poll(() => one.channel("vault").getByRole("img", { name: "1 mention" }).count()).toBe(0);
});
