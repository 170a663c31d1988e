import type { Account } from "./api.ts";
import type { Visitor } from "./browser.ts";

/** Where one stops to look. */
type Stop = (visitor: Visitor, what: string) => Promise<void>;

const MEGOLM = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

/** Every screen of encryption, seen by one person on an old and on a new device. */
export async function sealedTour(make: (name: string) => Promise<Account>, arrive: () => Promise<Visitor>, phone: boolean, stop: Stop): Promise<void> {
  const [maya, ben] = [await make("maya"), await make("ben")];
  for (const [who, displayname] of [[maya, "Maya Lindqvist"], [ben, "Ben Castellanos"]] as const) {
    await who.call("PUT", `/v3/profile/${encodeURIComponent(who.userId)}/displayname`, { displayname });
  }
  const room = await maya.room({ name: "leads", topic: "For the six of us", preset: "private_chat", invite: [ben.userId], initial_state: [MEGOLM] });
  await ben.join(room);
  const [old, other] = [await arrive(), await arrive()];
  await old.signIn(maya);
  await other.signIn(ben);
  await old.open("leads");
  await other.open("leads");
  await old.write("The offer is out. Please keep it between us until Friday.");
  await other.message("The offer is out").waitFor();
  await other.write("Understood. I have the numbers ready when they answer.");
  await old.message("Understood").waitFor();
  await stop(old, "sealed-channel");
  await old.fromMenu("Channel menu", "Details");
  await stop(old, "sealed-details");
  await old.button("Close").click();
  await old.message("Understood").getByRole("button", { name: "Ben Castellanos" }).first().click();
  await old.button("Compare keys").waitFor();
  await stop(old, "sealed-person");
  await old.page.keyboard.press("Escape");
  if (phone) await old.button("Back to channels").click();
  await stop(old, "sealed-note");
  await old.button("Save a key").click();
  const key = ((await old.page.locator("[data-recovery-key]").textContent()) ?? "").trim();
  await stop(old, "sealed-recovery-key");
  await old.button("I have kept it").click();
  await stop(old, "sealed-recovery-proof");
  await old.page.getByLabel("Recovery key").fill(key);
  await old.button("Finish").click();
  await old.page.getByText("Your recovery key is set up.").waitFor();
  await onNewDevice(await arrive(), old, maya, phone, stop);
  await stop(other, "sealed-notice");
}

async function onNewDevice(fresh: Visitor, old: Visitor, maya: Account, phone: boolean, stop: Stop): Promise<void> {
  await fresh.signIn(maya);
  await fresh.open("leads");
  await fresh.timeline.getByText("Sent before you signed in").first().waitFor();
  await stop(fresh, "sealed-locked");
  if (phone) await fresh.button("Back to channels").click();
  await fresh.fromMenu(/^Account of/, "Settings");
  for (const tab of ["Encryption", "Devices"]) {
    await fresh.dialog("Settings").getByRole("button", { name: tab, exact: true }).click();
    await fresh.dialog("Settings").getByText("onfirm").first().waitFor();
    await stop(fresh, `sealed-settings-${tab.toLowerCase()}`);
  }
  await fresh.dialog("Settings").getByRole("button", { name: "Encryption", exact: true }).click();
  for (const [action, name] of [["Export keys…", "Export message keys"], ["Import keys…", "Import message keys"]] as const) {
    await fresh.button(action).click();
    await fresh.dialog(name).waitFor();
    await stop(fresh, `sealed-${name.split(" ")[0]?.toLowerCase()}`);
    await fresh.page.keyboard.press("Escape");
    await fresh.fromMenu(/^Account of/, "Settings");
    await fresh.dialog("Settings").getByRole("button", { name: "Encryption", exact: true }).click();
  }
  await fresh.page.keyboard.press("Escape");
  await fresh.button("Confirm").click();
  await fresh.dialog("Confirm this device").waitFor();
  await stop(fresh, "sealed-confirm");
  await fresh.button("I have none of these").click();
  await fresh.dialog("Reset encryption?").waitFor();
  await stop(fresh, "sealed-reset");
  await fresh.page.keyboard.press("Escape");
  await fresh.button("Confirm").click();
  await fresh.button(/^Use another device/).click();
  await fresh.dialog("Confirm a device").waitFor();
  await stop(fresh, "sealed-asking");
  await old.button("Answer").waitFor();
  await stop(old, "sealed-asked");
  await old.button("Answer").click();
  await old.button("Go on").waitFor();
  await stop(old, "sealed-answer");
  await old.button("Go on").click();
  await fresh.page.getByRole("img", { name: "QR code" }).waitFor();
  await stop(fresh, "sealed-code");
  await old.button("Scan its code").click();
  await old.button("Choose a picture").waitFor();
  await stop(old, "sealed-scan");
  await fresh.button("Compare emoji").click();
  await fresh.button("They are the same").waitFor();
  await stop(fresh, "sealed-emoji");
  await old.button("They are the same").click();
  await fresh.button("They are the same").click();
  await fresh.button("Done").waitFor();
  await stop(fresh, "sealed-done");
  await fresh.button("Done").click();
}
