import { expect, test, type Visitor } from "../world.ts";
import { wrote } from "../sealed.ts";

/** Makes a recovery key from the note in the channel list, and gives it back. */
async function saveRecoveryKey(visitor: Visitor): Promise<string> {
  await visitor.button("Save a key").click();
  const shown = visitor.page.locator("[data-recovery-key]");
  const key = ((await shown.textContent()) ?? "").trim();
  await visitor.button("I have kept it").click();
  const dialog = visitor.dialog("Is it kept?");
  await dialog.getByLabel("Recovery key").fill("EsTL wrong");
  await dialog.getByRole("button", { name: "Finish" }).click();
  await dialog.getByText("This is not the key that was shown.").waitFor();
  await dialog.getByLabel("Recovery key").fill(key);
  await dialog.getByRole("button", { name: "Finish" }).click();
  await visitor.page.getByText("Your recovery key is set up.").waitFor();
  return key;
}

test("with the recovery key a new device is confirmed and reads what was sent before", async ({ world }) => {
  const { ann, first } = await wrote(world, "from long ago");
  const key = await saveRecoveryKey(first);
  expect(key).toMatch(/^E[\w ]{50,}$/);
  // The one device goes away.
  await first.fromMenu(/^Account of/, "Sign out");
  await first.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await first.page.getByLabel("Username").waitFor();

  const later = await world.visitor(ann);
  await later.open("vault");
  await later.timeline.getByRole("button", { name: "Confirm this device to read it" }).click();
  await later.dialog("Settings").getByRole("button", { name: "Confirm this device" }).click();
  const confirm = later.dialog("Confirm this device");
  await confirm.getByRole("button", { name: /Use the recovery key/ }).click();
  await confirm.getByLabel("Recovery key").fill("EsTP 1234");
  await confirm.getByRole("button", { name: "Confirm" }).click();
  await confirm.getByText("That is not the recovery key of this account.").waitFor();
  await confirm.getByLabel("Recovery key").fill(key);
  await confirm.getByRole("button", { name: "Confirm" }).click();
  await later.page.getByText("This device is confirmed.").waitFor();
  await later.message("from long ago").waitFor();
});

test("when all is lost encryption is begun anew, with the password", async ({ world }) => {
  const { ann, first } = await wrote(world, "gone for good");
  await saveRecoveryKey(first);
  const later = await world.visitor(ann);
  await later.button("Confirm").click();
  await later.button("I have none of these").click();
  const reset = later.dialog("Reset encryption?");
  await reset.getByRole("button", { name: "Reset encryption" }).click();
  await reset.getByLabel("Your password").fill("not it");
  await reset.getByRole("button", { name: "Reset encryption" }).click();
  await reset.getByText("The password is not right.").waitFor();
  await reset.getByLabel("Your password").fill(ann.password);
  await reset.getByRole("button", { name: "Reset encryption" }).click();
  await later.dialog("Your recovery key").getByRole("button", { name: "Cancel" }).click();
  await later.fromMenu(/^Account of/, "Settings");
  await later.dialog("Settings").getByRole("button", { name: "Encryption" }).click();
  await later.dialog("Settings").getByText("This device is confirmed").waitFor();
  await later.page.keyboard.press("Escape");
  await later.open("vault");
  await later.write("a new beginning");
  await later.sent("a new beginning");
});
