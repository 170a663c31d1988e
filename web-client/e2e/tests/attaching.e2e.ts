import { expect, test, type Visitor } from "../world.ts";
import { gradient } from "../scene.ts";

/** Gives the page a file as the clipboard or a drag would. */
async function hand(visitor: Visitor, how: "paste" | "drop", name: string): Promise<void> {
  const target = how === "paste" ? visitor.composer : visitor.timeline;
  await target.evaluate(
    (element, { how, name, bytes }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
      const options = { bubbles: true, cancelable: true };
      if (how === "paste") element.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
      else for (const type of ["dragenter", "dragover", "drop"]) element.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
    },
    { how, name, bytes: [...gradient(120, 80)] },
  );
}

test("a picture is pasted, another dropped on the messages; both are shown first, then sent with words", async ({ world }) => {
  const { ann, ben } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await hand(one, "paste", "pasted.png");
  const tray = one.page.getByRole("list", { name: "Attached files" });
  await tray.getByText("pasted.png").waitFor();
  const preview = tray.locator("img").first();
  await expect.poll(() => preview.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(120);
  await hand(one, "drop", "dropped.png");
  await tray.getByText("dropped.png").waitFor();
  await one.write("two views of it");
  await two.message("two views of it").getByRole("img", { name: "pasted.png" }).waitFor();
  await two.timeline.getByRole("img", { name: "dropped.png" }).waitFor();
  await tray.waitFor({ state: "detached" });
});

test("an upload shows how far it is, and can be cancelled", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  const devtools = await visitor.context.newCDPSession(page);
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 });
  await page.getByLabel("Files to attach").setInputFiles({ name: "film.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(4_000_000, 7) });
  await visitor.button("Send").click();
  const bar = page.getByRole("progressbar", { name: "Upload of film.bin" });
  await bar.waitFor();
  await expect.poll(() => bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(0);
  await visitor.button("Cancel upload of film.bin").click();
  await page.getByRole("list", { name: "Attached files" }).waitFor({ state: "detached" });
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await visitor.write("no film after all");
  await visitor.sent("no film after all");
  expect((await ann.messages(room)).filter(({ content }) => content.msgtype === "m.file")).toEqual([]);
});

test("an upload that failed stays, with its words, and can be tried again", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await page.route("**/_matrix/media/v3/upload**", (route) => route.abort());
  await hand(visitor, "paste", "pasted.png");
  await visitor.write("words that must not be lost");
  await page.getByRole("alert").filter({ hasText: "The upload was interrupted" }).waitFor();
  expect(await visitor.composer.inputValue()).toBe("words that must not be lost");
  await page.unroute("**/_matrix/media/v3/upload**");
  await visitor.button("Send").click();
  await visitor.message("words that must not be lost").getByRole("img", { name: "pasted.png" }).waitFor();
  await expect.poll(() => visitor.composer.inputValue()).toBe("");
});
