import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Account } from "./api.ts";

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** One person at a browser of their own. Complaints of the page are kept in `problems`. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const text = message.text();
      // A refused request is part of many tests; a broken policy or a crash never is.
      if (!/Failed to load resource|net::ERR/.test(text)) this.problems.push(`console: ${text}`);
    });
  }

  static async arrive(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
    context.setDefaultTimeout(15_000);
    return new Visitor(context, await context.newPage());
  }

  async signIn(url: string, account: Pick<Account, "name" | "password">): Promise<void> {
    await this.page.goto(url);
    await this.page.getByLabel("Username").fill(account.name);
    await this.page.getByLabel("Password", { exact: true }).fill(account.password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await this.page.getByRole("navigation", { name: "Channels" }).waitFor();
  }

  /** Waits until the client runs. */
  async live(): Promise<void> {
    await this.page.getByText("Connecting…").waitFor({ state: "detached" });
  }

  async open(channel: string): Promise<void> {
    await this.page.getByRole("navigation", { name: "Channels" }).getByRole("link", { name: channel }).click();
    await this.page.locator('[data-timeline="live"]').first().waitFor();
  }

  get composer() {
    return this.page.getByRole("textbox", { name: /^Message / });
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  message(text: string) {
    return this.page.locator("article", { hasText: text });
  }

  leave(): Promise<void> {
    return this.context.close();
  }
}
