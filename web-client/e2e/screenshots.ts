import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { Account } from "./api.ts";
import { launch, Visitor } from "./browser.ts";
import { furnish } from "./scene.ts";
import { sealedTour } from "./sealed-tour.ts";
import { ChatServer } from "./server.ts";

// Every main screen in light, dark and phone width, of a server with something on it. The pictures of the documentation
// are made anew; with SCREENSHOTS naming a folder, pictures of all screens go there instead, to be looked at.

const folder = process.env.SCREENSHOTS;
const out = folder ?? fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
const only = process.env.ONLY?.split(",");
mkdirSync(out, { recursive: true });

/** What the documentation shows. */
const SHOWN: ReadonlySet<string> = new Set([
  "sign-in", "welcome", "empty", "channel", "thread", "emoji", "poll", "search", "members", "person", "details", "workspace", "switcher", "browse", "scheduled",
  "settings-profile", "settings-emoji", "settings-notifications", "settings-devices", "settings-your-data", "sealed-channel", "sealed-emoji",
]);
/** How good the pictures are, of 100, and how large one may be in bytes. */
const QUALITY = 82;
const MAX_BYTES = 80_000;

const LOOKS: readonly (readonly [string, BrowserContextOptions])[] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
];

/** Pictures and letters that are still on their way would be missing. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("load");
  await page.waitForTimeout(600);
}

const HOUSE = "northwind.example";
const browserServer = await launch();
const browser = await chromium.connect(browserServer.wsEndpoint());
try {
  for (const [look, options] of LOOKS) {
    if (only && !only.includes(look)) continue;
    await at(async (server) => {
      const make = (name: string) => Account.named(server.url, name);
      const me = await make("maya");
      const scene = await furnish(me, make);
      const visitor = await Visitor.arrive(browser, server.client, options);
      await tour(visitor, look, me, scene.channelName);
      await visitor.context.close();
      const newcomer = await Visitor.arrive(browser, server.client, options);
      const noor = await make("noor");
      await noor.call("PUT", `/v3/profile/${encodeURIComponent(noor.userId)}/displayname`, { displayname: "Noor Haddad" });
      await newcomer.signIn(noor);
      await shoot(newcomer, look, "empty");
      await newcomer.context.close();
    });
    await at(async (server) => {
      const arrived: Visitor[] = [];
      const arrive = async () => {
        const one = await Visitor.arrive(browser, server.client, options);
        arrived.push(one);
        return one;
      };
      await sealedTour((name) => Account.named(server.url, name), arrive, look === "phone", (one, what) => shoot(one, look, what));
      for (const one of arrived) await one.context.close();
    });
  }
} finally {
  await browserServer.close();
}

/** On a server where nobody has been yet. */
async function at(visit: (server: ChatServer) => Promise<void>): Promise<void> {
  const server = await ChatServer.create(HOUSE);
  try {
    await visit(server);
  } finally {
    await server.remove();
  }
}

async function shoot(visitor: Visitor, look: string, what: string): Promise<void> {
  const { page } = visitor;
  await settled(page);
  if (!folder && !SHOWN.has(what)) return;
  if (folder) {
    await page.screenshot({ path: `${out}/${look}-${what}.png` });
    return;
  }
  const devtools = await visitor.context.newCDPSession(page);
  const { data } = await devtools.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const picture = Buffer.from(data, "base64");
  if (picture.length > MAX_BYTES) throw new Error(`${look}-${what} is too large: ${picture.length} bytes`);
  writeFileSync(`${out}/${look}-${what}.webp`, picture);
}

async function panel(visitor: Visitor, phone: boolean, name: string): Promise<void> {
  if (phone) await visitor.fromMenu("Channel menu", name);
  else await visitor.button(name).click();
  await visitor.panel(name).waitFor();
}

async function tour(visitor: Visitor, look: string, me: Account, channel: string): Promise<void> {
  const { page } = visitor;
  const phone = look === "phone";
  const shot = (what: string) => shoot(visitor, look, what);
  await visitor.visit();
  await page.getByLabel("Username").waitFor();
  // The address is that of this machine.
  await page.getByText(/^on 127/).evaluate((line, house) => line.replaceChildren(`on ${house}`), HOUSE);
  await shot("sign-in");
  await page.getByLabel("Username").fill(me.name);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await visitor.button("Sign in").click();
  await page.getByRole("alert").waitFor();
  await shot("sign-in-refused");
  await visitor.button("Create an account").click();
  await shot("register");
  await visitor.signIn(me);
  await shot("welcome");
  await visitor.open(channel);
  await visitor.message("launch checklist").first().waitFor();
  await shot("channel");
  if (phone) await visitor.button("Emoji").click();
  else {
    await visitor.message("launch checklist").first().hover();
    await shot("hover");
    await page.getByRole("button", { name: "Choose a reaction" }).click();
  }
  await page.getByRole("button", { name: "grinning face", exact: true }).waitFor();
  await shot("emoji");
  await page.keyboard.press("Escape");
  await visitor.composer.fill("@");
  await page.getByRole("option").first().waitFor();
  await shot("mention");
  for (const [text, time] of [["Notes of today's retro are in the guide.", "In 1 hour"], ["Good morning! Stand-up in ten minutes.", "Tomorrow"]] as const) {
    await visitor.composer.fill(text);
    await visitor.fromMenu("Schedule…", time);
  }
  await page.getByText("2 messages scheduled").waitFor();
  await page.getByRole("button", { name: "View", exact: true }).last().click();
  await visitor.dialog("Scheduled messages").waitFor();
  await shot("scheduled");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /answers?/ }).first().click();
  await visitor.panel("Thread").waitFor();
  await shot("thread");
  await page.getByRole("button", { name: "Close" }).click();
  await panel(visitor, phone, "Threads");
  await shot("threads");
  await page.getByRole("button", { name: "Close" }).click();
  await visitor.button(/^Members/).click();
  await shot("members");
  await visitor.panel("Members").getByRole("button", { name: /Ann/ }).click();
  await shot("person");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Close" }).click();
  await panel(visitor, phone, "Search messages");
  await page.getByRole("button", { name: "Filters" }).click();
  await shot("search-filters");
  await page.getByRole("button", { name: "Filters" }).click();
  await visitor.panel("Search messages").getByRole("searchbox").or(visitor.panel("Search messages").getByRole("textbox")).first().fill("guide");
  await visitor.panel("Search messages").getByRole("link").or(visitor.panel("Search messages").locator("mark")).first().waitFor();
  await shot("search");
  await page.getByRole("button", { name: "Close" }).click();
  await visitor.fromMenu("Channel menu", "Pinned messages");
  await shot("pins");
  await page.getByRole("button", { name: "Close" }).click();
  await visitor.fromMenu("Channel menu", "Details");
  await shot("details");
  await page.getByRole("button", { name: "Close" }).click();
  await visitor.button("Channel menu").click();
  await shot("channel-menu");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Channel or person" }).fill("random");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "random", level: 1 }).waitFor();
  await visitor.message("The park, near the fountain").waitFor();
  await shot("poll");
  await visitor.fromMenu("Add to the message", "Ask a poll");
  await shot("new-poll");
  await page.keyboard.press("Escape");
  if (phone) await visitor.button("Back to channels").click();
  await visitor.fromMenu(/^Workspace /, "Northwind");
  await visitor.fromMenu(/^Workspace /, "Overview of Northwind");
  await page.getByRole("button", { name: "Open product" }).waitFor();
  await shot("workspace");
  if (phone) await visitor.button("Back to channels").click();
  await visitor.fromMenu(/^Workspace /, "All channels");
  await visitor.open(channel);
  await page.keyboard.press("Control+k");
  await shot("switcher");
  await page.keyboard.press("Escape");
  if (phone) await visitor.button("Back to channels").click();
  await visitor.fromMenu("New", "Browse channels");
  await shot("browse");
  await page.keyboard.press("Escape");
  await visitor.fromMenu("New", "New channel");
  await shot("create");
  await page.keyboard.press("Escape");
  await visitor.fromMenu("New", "New message");
  await page.getByLabel("Search people").fill("ann");
  await shot("people");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await shot("menu");
  await visitor.choose("Set a status");
  await visitor.dialog("Your status").waitFor();
  await shot("status");
  await page.keyboard.press("Escape");
  await visitor.fromMenu(/^Account of/, "Settings");
  for (const tab of ["Profile", "Appearance", "Emoji", "Notifications", "Privacy", "Password", "Devices", "Your data"]) {
    await visitor.dialog("Settings").getByRole("button", { name: tab, exact: true }).click();
    await shot(`settings-${tab.toLowerCase().replace(" ", "-")}`);
  }
  await visitor.button("Close account…").click();
  await visitor.dialog("Close your account for good?").waitFor();
  await shot("close-account");
  await page.keyboard.press("Escape");
  if (visitor.problems.length) console.log(look, visitor.problems);
}
