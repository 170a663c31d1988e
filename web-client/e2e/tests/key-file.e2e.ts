import { expect, test, type Visitor } from "../world.ts";
import { wrote } from "../sealed.ts";

async function encryptionPage(visitor: Visitor) {
  await visitor.fromMenu(/^Account of/, "Settings");
  const settings = visitor.dialog("Settings");
  await settings.getByRole("button", { name: "Encryption", exact: true }).click();
  return settings;
}

test("message keys leave one device as a locked file, and open the messages on another", async ({ world }) => {
  const { ann, first } = await wrote(world, "kept in a file");
  await (await encryptionPage(first)).getByRole("button", { name: "Export keys…" }).click();
  const dialog = first.dialog("Export message keys");
  await dialog.getByLabel("Passphrase", { exact: true }).fill("correct horse");
  await dialog.getByLabel("Passphrase again").fill("correct house");
  await dialog.getByText("This is not the same as above.").waitFor();
  await dialog.getByLabel("Passphrase again").fill("correct horse");
  const file = await first.saved(() => dialog.getByRole("button", { name: "Export", exact: true }).click());
  expect(file.content.toString()).toMatch(/^-----BEGIN MEGOLM SESSION DATA-----\n/);

  const second = await world.visitor(ann);
  await second.open("vault");
  await second.timeline.getByText("Sent before you signed in").first().waitFor();
  await (await encryptionPage(second)).getByRole("button", { name: "Import keys…" }).click();
  const taking = second.dialog("Import message keys");
  await taking.getByLabel("File with message keys").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("notes") });
  await taking.getByLabel("Passphrase").fill("wrong horse");
  await taking.getByRole("button", { name: "Import", exact: true }).click();
  await taking.getByText("This is no file of exported message keys.").waitFor();
  await taking.getByLabel("File with message keys").setInputFiles({ name: file.name, mimeType: "text/plain", buffer: file.content });
  await taking.getByRole("button", { name: "Import", exact: true }).click();
  await taking.getByText("The passphrase is not right, or the file was changed.").waitFor();
  await taking.getByLabel("Passphrase").fill("correct horse");
  await taking.getByRole("button", { name: "Import", exact: true }).click();
  await second.page.getByText(/\d+ keys? (was|were) imported\./).waitFor();
  await second.message("kept in a file").waitFor();
});
