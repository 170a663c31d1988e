import { expect, test } from "../world.ts";
import { gradient } from "../scene.ts";

const picture = { name: "garden.png", mimeType: "image/png", buffer: Buffer.from(gradient(640, 360)) };

test("a picture is chosen, previewed, sent with words, seen by others and opened large", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.page.getByLabel("Files to attach").setInputFiles(picture);
  await one.page.getByRole("list", { name: "Attached files" }).getByText("garden.png").waitFor();
  await one.write("the garden in May");
  const image = two.message("the garden in May").getByRole("img", { name: "garden.png" });
  await image.waitFor();
  await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(100);
  await two.button("Open picture garden.png").click();
  await two.dialog("garden.png").getByRole("img", { name: "garden.png" }).waitFor();
  await two.page.keyboard.press("Escape");
  await two.dialog("garden.png").waitFor({ state: "detached" });
  await one.page.getByRole("list", { name: "Attached files" }).waitFor({ state: "detached" });
});

test("a document is sent and downloaded", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  await visitor.page.getByLabel("Files to attach").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("some notes") });
  await visitor.button("Send").click();
  const card = visitor.message("notes.txt").getByRole("button", { name: "Download notes.txt" });
  await card.waitFor();
  await visitor.sent("notes.txt");
  const [download] = await Promise.all([visitor.page.waitForEvent("download"), card.click()]);
  expect(download.suggestedFilename()).toBe("notes.txt");
});

test("a file that is too large is refused before it is sent, and one can be taken back", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  const files = visitor.page.getByLabel("Files to attach");
  await files.setInputFiles({ name: "huge.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(11 * 1024 * 1024) });
  await visitor.page.getByText(/huge\.bin is .* Files may have .* at most/).waitFor();
  await files.setInputFiles(picture);
  await visitor.button("Remove garden.png").click();
  await visitor.page.getByRole("list", { name: "Attached files" }).waitFor({ state: "detached" });
});

test("a profile picture is seen by others", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "look at me");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await two.open("talk");
  await one.fromMenu(/^Account of/, "Settings");
  await one.page.getByLabel("Profile picture").setInputFiles(picture);
  await one.button("Remove picture").waitFor();
  await two.message("look at me").locator("img").waitFor();
});
