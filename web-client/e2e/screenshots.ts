import { mkdirSync } from "node:fs";
import { Account } from "./api.ts";
import { launch, Visitor } from "./browser.ts";
import { furnish } from "./scene.ts";
import { serveClient } from "./serve.ts";

const homeserver = process.env.CHATSPHERE_URL ?? "http://127.0.0.1:8008";
const out = process.env.SCREENSHOTS ?? "test-results/screenshots";
mkdirSync(out, { recursive: true });
const { url, server } = await serveClient(homeserver);
const browser = await launch();
const me = await Account.create(homeserver, "maya");
const scene = await furnish(homeserver, me);

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
] as const) {
  const visitor = await Visitor.arrive(browser, options);
  const { page } = visitor;
  const shot = (what: string) => page.screenshot({ path: `${out}/${name}-${what}.png` });
  await page.goto(url);
  await page.getByLabel("Username").waitFor();
  await shot("sign-in");
  await visitor.signIn(url, me);
  await visitor.live();
  await shot("welcome");
  await visitor.open(scene.channelName);
  await visitor.message("launch checklist").first().waitFor();
  await page.waitForTimeout(1200);
  await shot("channel");
  if (name !== "phone") await visitor.message("launch checklist").first().hover();
  await visitor.composer.fill("@");
  await page.waitForTimeout(400);
  await shot("mention");
  await visitor.composer.fill("");
  await page.getByRole("button", { name: /answers?/ }).first().click();
  await page.waitForTimeout(1200);
  await shot("thread");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Members" }).click();
  await page.waitForTimeout(800);
  await shot("members");
  await page.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("Control+k");
  await page.waitForTimeout(500);
  await shot("switcher");
  await page.keyboard.press("Escape");
  if (name === "phone") await page.getByRole("button", { name: "Back to channels" }).click();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "Browse channels" }).click();
  await page.waitForTimeout(800);
  await shot("browse");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.waitForTimeout(300);
  await shot("menu");
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.waitForTimeout(500);
  await shot("settings");
  if (visitor.problems.length) console.log(name, visitor.problems);
  await visitor.leave();
}
await browser.close();
server.close();
