import { type Browser, type BrowserContext, type BrowserContextOptions, type BrowserServer, chromium, type Locator, type Page } from "playwright-core";
import type { Account } from "./api.ts";

/** How long the page may take to do what is asked of it. */
const PATIENCE_MS = 30_000;

const PLACES = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

/** A headless Chromium with an empty profile. */
export async function launch(): Promise<BrowserServer> {
  const { existsSync } = await import("node:fs");
  return chromium.launchServer({
    headless: true,
    executablePath: process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path)) ?? "chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"],
  });
}

/** One person at a browser of their own. Complaints of the page are kept in `problems`. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: string[] = [];
  readonly #client: string;

  private constructor(context: BrowserContext, page: Page, client: string) {
    this.context = context;
    this.page = page;
    this.#client = client;
    page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      const text = message.text();
      // A refused request is part of many tests; a broken policy or a crash never is.
      if (!/Failed to load resource|net::ERR/.test(text)) this.problems.push(`console: ${text}`);
    });
  }

  static async arrive(browser: Browser, client: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
    context.setDefaultTimeout(30_000);
    return new Visitor(context, await context.newPage(), client);
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Visitor> {
    return new Visitor(this.context, await this.context.newPage(), this.#client);
  }

  /** Goes to an address of the client. */
  async visit(path = "/"): Promise<void> {
    await this.page.goto(this.#client + path);
  }

  async signIn(account: Pick<Account, "name" | "password">): Promise<void> {
    await this.visit();
    await this.page.getByLabel("Username").fill(account.name);
    await this.page.getByLabel("Password", { exact: true }).fill(account.password);
    await this.button("Sign in").click();
    await this.live();
  }

  /** Waits until the client runs. */
  async live(): Promise<void> {
    await this.channels.waitFor();
    await this.page.getByText("Connecting…").waitFor({ state: "detached" });
  }

  /** Opens a channel from the list and waits for its messages. */
  async open(channel: string): Promise<void> {
    await this.channel(channel).click();
    await this.timeline.waitFor();
  }

  get channels(): Locator {
    return this.page.getByRole("navigation", { name: "Channels" });
  }

  /** The line of a channel in the list. */
  channel(name: string): Locator {
    return this.channels.getByRole("link", { name });
  }

  get timeline(): Locator {
    return this.page.locator('[data-timeline="live"]').first();
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: /^Message / });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async choose(item: string): Promise<void> {
    await this.page.getByRole("menuitem", { name: item }).click();
  }

  /** Opens the menu of a button and takes an item. */
  async fromMenu(button: string | RegExp, item: string): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).click();
    await this.choose(item);
  }

  /** Chooses from the menu of a message; a list that still moves may take the message from under the pointer. */
  async ofMessage(text: string, item: string): Promise<void> {
    const message = this.message(text);
    const more = message.getByRole("button", { name: "More", exact: true });
    const end = Date.now() + PATIENCE_MS;
    const open = async (): Promise<void> => {
      await message.hover();
      await more.click({ timeout: 1_000 }).catch((error: unknown) => {
        if (Date.now() > end) throw error;
        return open();
      });
    };
    await open();
    await this.choose(item);
  }

  /** What the browser saves while something is done. */
  async saved(work: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), work()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return { name: download.suggestedFilename(), content: Buffer.concat(chunks) };
  }

  /** As the system would on a click on the notification that is shown; it may refuse the focus to a page that has it. */
  async clickNotification(): Promise<void> {
    const worker = this.context.serviceWorkers()[0];
    await worker?.evaluate(async () => {
      const scope = self as unknown as { registration: ServiceWorkerRegistration; NotificationEvent: new (type: string, init: object) => Event } & EventTarget;
      const [notification] = await scope.registration.getNotifications();
      scope.dispatchEvent(new scope.NotificationEvent("notificationclick", { notification }));
    }).catch(() => undefined);
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole("dialog", { name });
  }

  panel(name: string): Locator {
    return this.page.getByRole("complementary", { name });
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  message(text: string | RegExp): Locator {
    return this.timeline.locator("article", { hasText: text });
  }

  /** Waits until the server has a message. */
  async sent(text: string): Promise<void> {
    await this.timeline.locator('article[data-event^="$"]', { hasText: text }).waitFor();
  }

  /** Shows the buttons of a message and presses one. */
  async on(message: Locator, action: string): Promise<void> {
    await message.hover();
    await message.getByRole("button", { name: action, exact: true }).click();
  }
}
