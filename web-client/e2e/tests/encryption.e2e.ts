import { expect, test } from "../world.ts";
import { noise } from "../scene.ts";
import { ENCRYPTED, sealed } from "../sealed.ts";

test("without an encrypted channel no part of the encryption is loaded", async ({ world }) => {
  const { ann, ben, room } = await world.two("open");
  const visitor = await world.visitor();
  const asked: string[] = [];
  visitor.page.on("request", (request) => asked.push(request.url()));
  await visitor.signIn(ann);
  await visitor.open("open");
  await ben.say(room, "hello");
  await visitor.message("hello").waitFor();
  await visitor.write("hello yourself");
  await visitor.sent("hello yourself");
  await visitor.page.reload();
  await visitor.live();
  await visitor.message("hello yourself").waitFor();
  expect(asked.filter((url) => /\.wasm|rust-crypto|engine/.test(url))).toEqual([]);
  await ann.call("PUT", `/v3/rooms/${encodeURIComponent(room)}/state/m.room.encryption`, { algorithm: "m.megolm.v1.aes-sha2" });
  await expect.poll(() => asked.filter((url) => url.endsWith(".wasm")).length).toBe(1);
  await visitor.write("from here on it is");
  await visitor.sent("from here on it is");
});

test("in an encrypted channel people write, answer, edit, react and delete, and the server sees none of the words", async ({ world }) => {
  const { ann, room, one, two } = await sealed(world);
  await one.write("the code is 4711");
  await two.message("the code is 4711").waitFor();
  await two.on(two.message("the code is 4711"), "Reply");
  await two.write("written down");
  await one.message("written down").getByText("the code is 4711").waitFor();
  await one.composer.press("ArrowUp");
  await one.composer.fill("the code is 4712");
  await one.composer.press("Enter");
  await two.message("the code is 4712").getByText("(edited)").waitFor();
  await two.on(two.message("the code is 4712").first(), "React with 👍");
  await one.message("the code is 4712").first().getByText("👍").first().waitFor();
  await one.message("the code is 4712").getByText("(edited)").click();
  await one.dialog("Versions of this message").getByText("the code is 4711").waitFor();
  await one.page.keyboard.press("Escape");
  await two.ofMessage("written down", "Delete");
  await one.timeline.getByText("Message deleted").waitFor();
  const events = await ann.messages(room);
  expect(events.filter((event) => event.type === "m.room.message")).toEqual([]);
  expect(JSON.stringify(events)).not.toMatch(/4711|4712|written down/);
});

test("a reload keeps the keys, and a thread and a pin can be read", async ({ world }) => {
  const { one, two } = await sealed(world);
  await one.write("where do we meet?");
  await two.message("where do we meet?").waitFor();
  await two.on(two.message("where do we meet?"), "Reply in thread");
  const thread = two.panel("Thread").getByRole("textbox");
  await thread.fill("at the bridge");
  await thread.press("Enter");
  await one.message("where do we meet?").getByText("at the bridge").waitFor();
  await one.ofMessage("where do we meet?", "Pin to the channel");
  await two.page.reload();
  await two.live();
  await two.panel("Thread").getByText("at the bridge").waitFor();
  await two.button("Pinned messages").click();
  await two.panel("Pinned messages").getByText("where do we meet?").waitFor();
  await two.button("Search messages").click();
  await two.panel("Search messages").getByText("can't be found here").waitFor();
});

test("an encrypted channel is made, and another one is turned into one", async ({ world }) => {
  const { ann } = await world.two("was open");
  const visitor = await world.visitor(ann);
  await visitor.fromMenu("New", "New channel");
  const dialog = visitor.dialog("New channel");
  await dialog.getByLabel("Name").fill("board");
  await dialog.getByText("Private", { exact: true }).click();
  await dialog.getByRole("switch", { name: "End-to-end encrypted" }).check();
  await dialog.getByRole("button", { name: "Create channel" }).click();
  await visitor.page.getByRole("heading", { name: "board" }).getByRole("img", { name: "End-to-end encrypted" }).waitFor();
  await visitor.write("for the board only");
  await visitor.sent("for the board only");
  await visitor.open("was open");
  await visitor.fromMenu("Channel menu", "Details");
  await visitor.button("Turn on encryption").click();
  await visitor.dialog(/^Encrypt/).getByRole("button", { name: "Turn on encryption" }).click();
  await visitor.panel("Details").getByText("End-to-end encrypted").first().waitFor();
  await visitor.write("sealed from now on");
  await visitor.sent("sealed from now on");
});

test("a direct message is encrypted, unless one asks for it not to be", async ({ world }) => {
  const [ann, ben, bot] = [await world.person("ann"), await world.person("ben"), await world.person("bot")];
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.fromMenu("New", "New message");
  await one.page.getByLabel("Search people").fill(ben.userId);
  await one.dialog("New message").getByRole("button", { name: "Message" }).click();
  const heading = one.page.getByRole("heading", { name: ben.name, level: 1 });
  await heading.getByRole("img", { name: "End-to-end encrypted" }).waitFor();
  await one.write("only you can read this");
  await two.channels.getByRole("button", { name: "Accept" }).click();
  await two.message("only you can read this").waitFor();
  await two.write("and only you this");
  await one.message("and only you this").waitFor();
  await one.fromMenu("New", "New message");
  await one.page.getByLabel("Search people").fill(bot.userId);
  await one.dialog("New message").getByRole("switch", { name: "End-to-end encrypted" }).uncheck();
  await one.dialog("New message").getByRole("button", { name: "Message" }).click();
  await one.page.getByRole("heading", { name: bot.name, level: 1 }).waitFor();
  await one.write("/help");
  await one.sent("/help");
  expect(await one.page.getByRole("img", { name: "End-to-end encrypted" }).count()).toBe(0);
});

test("several tabs read and write with the same keys, also when the first one is closed", async ({ world }) => {
  const { one, two } = await sealed(world);
  const second = await one.tab();
  await second.visit("/");
  await second.live();
  await second.open("vault");
  await two.write("to both tabs");
  await one.message("to both tabs").waitFor();
  await second.message("to both tabs").waitFor();
  await second.write("from the second tab");
  await two.message("from the second tab").waitFor();
  await one.message("from the second tab").waitFor();
  await one.page.close();
  await two.write("is anyone left?");
  await second.message("is anyone left?").waitFor();
  await second.write("I am");
  await two.message("I am").waitFor();
});

test("signing out leaves no keys behind, and other tabs go too", async ({ world }) => {
  const { one } = await sealed(world);
  const second = await one.tab();
  await second.visit("/");
  await second.live();
  await one.write("before I go");
  await one.sent("before I go");
  const stores = () => one.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ""));
  expect((await stores()).some((name) => name.includes("crypto"))).toBe(true);
  await one.fromMenu(/^Account of/, "Sign out");
  await one.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await one.page.getByLabel("Username").waitFor();
  await second.page.getByLabel("Username").waitFor();
  await expect.poll(stores).toEqual([]);
  expect(await one.page.evaluate(() => Object.keys(localStorage).filter((key) => !key.endsWith("theme")))).toEqual([]);
});

test("what was sent before a device signed in says so", async ({ world }) => {
  const { ann, one } = await sealed(world);
  await one.write("an old secret");
  await one.sent("an old secret");
  const later = await world.visitor(ann);
  await later.open("vault");
  await later.timeline.getByText("Sent before you signed in on this device").waitFor();
  await one.write("a new secret");
  await later.message("a new secret").waitFor();
});

test("pictures and documents are encrypted too, and opened by those who may", async ({ world }) => {
  const { ann, room, one, two } = await sealed(world);
  const files = one.page.getByLabel("Files to attach");
  await files.setInputFiles({ name: "plan.png", mimeType: "image/png", buffer: Buffer.from(noise(900, 700)) });
  await one.write("the plan");
  const picture = two.message("the plan").getByRole("img", { name: "plan.png" });
  await expect.poll(() => picture.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(500);
  // The timeline has the small one, the lightbox the whole one.
  expect(await picture.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeLessThan(900);
  await two.button("Open picture plan.png").click();
  const large = two.dialog("plan.png").getByRole("img", { name: "plan.png" });
  await expect.poll(() => large.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(900);
  await two.page.keyboard.press("Escape");
  await files.setInputFiles({ name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("milk, eggs") });
  await one.button("Send").click();
  const card = two.message("list.txt").getByRole("button", { name: "Download list.txt" });
  await card.waitFor();
  const [download] = await Promise.all([two.page.waitForEvent("download"), card.click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe("milk, eggs");
  expect(JSON.stringify(await ann.messages(room))).not.toMatch(/plan\.png|list\.txt|mxc:/);
});

test("who was away when encryption was turned on reads what was written meanwhile", async ({ world }) => {
  const { ann, ben } = await world.two("plans");
  const one = await world.visitor(ann);
  await one.open("plans");
  await one.fromMenu("Channel menu", "Details");
  await one.button("Turn on encryption").click();
  await one.dialog(/^Encrypt/).getByRole("button", { name: "Turn on encryption" }).click();
  await one.panel("Details").getByText("End-to-end encrypted").first().waitFor();
  await one.write("written while you were away");
  await one.sent("written while you were away");
  const two = await world.visitor(ben);
  await two.open("plans");
  await two.message("written while you were away").waitFor();
});

test("an engine that can't be loaded is told of, and the rest goes on", async ({ world }) => {
  const ann = await world.person("ann");
  await ann.room({ name: "open", preset: "public_chat" });
  await ann.room({ name: "vault", preset: "private_chat", ...ENCRYPTED });
  const visitor = await world.visitor();
  await visitor.context.route("**/*.wasm", (route) => route.abort());
  await visitor.signIn(ann);
  await visitor.open("vault");
  await visitor.page.getByText("Encryption could not be loaded").waitFor();
  await visitor.open("open");
  await visitor.write("this works all the same");
  await visitor.sent("this works all the same");
  await visitor.open("vault");
  await visitor.context.unroute("**/*.wasm");
  await visitor.button("Reload").click();
  await visitor.live();
  await visitor.write("and now this too");
  await visitor.sent("and now this too");
});
