import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { expect, inject, test as base } from "vitest";
import { Account } from "./api.ts";
import { Visitor } from "./browser.ts";
import { ChatServer } from "./server.ts";

const RESULTS = new URL("../test-results/", import.meta.url).pathname;

/** How long a browser may take to close, in milliseconds. What it leaves undone ends with the run, as the browser's process does. */
const CLOSING = 20_000;

/** Waits until the context is closed; not for ever, as a browser that never answers would hold up all tests. */
async function close(context: BrowserContext): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING);
  });
  await Promise.race([context.close(), late]);
  clearTimeout(timer);
}

/** A test's people, browsers and servers. All of them go away after it. */
export class World {
  readonly #browser: Browser;
  readonly #visitors: Visitor[] = [];
  readonly #servers: ChatServer[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** A fresh account on the shared server. */
  person(name: string, server = inject("server")): Promise<Account> {
    return Account.create(server, name);
  }

  /** Two people, Ann and Ben, in a public channel of hers. */
  async two(channel: string): Promise<{ ann: Account; ben: Account; room: string }> {
    const ann = await this.person("ann");
    const ben = await this.person("ben");
    const room = await ann.room({ name: channel, preset: "public_chat" });
    await ben.join(room);
    return { ann, ben, room };
  }

  /** Two people's browsers, each with the channel open. */
  async watching(channel: string, first: Account, second: Account): Promise<[Visitor, Visitor]> {
    const [one, two] = [await this.visitor(first), await this.visitor(second)];
    await one.open(channel);
    await two.open(channel);
    return [one, two];
  }

  /** A browser; signed in when there is someone to sign in. */
  async visitor(account?: Account, options: BrowserContextOptions = {}, client = inject("client")): Promise<Visitor> {
    const visitor = await Visitor.arrive(this.#browser, client, options);
    this.#visitors.push(visitor);
    if (account) await visitor.signIn(account);
    return visitor;
  }

  /** A server of this test's own, where nobody has been yet. */
  async server(): Promise<ChatServer> {
    const server = await ChatServer.create();
    this.#servers.push(server);
    return server;
  }

  async photograph(name: string): Promise<void> {
    mkdirSync(RESULTS, { recursive: true });
    const file = name.replace(/[^a-z0-9]+/gi, "-");
    for (const [index, { page }] of this.#visitors.entries()) await page.screenshot({ path: `${RESULTS}${file}-${index + 1}.png`, timeout: CLOSING }).catch(() => undefined);
  }

  async end(): Promise<string[]> {
    const problems = this.#visitors.flatMap((visitor) => visitor.problems);
    await Promise.all(this.#visitors.map((visitor) => close(visitor.context)));
    await Promise.all(this.#servers.map((server) => server.remove()));
    return problems;
  }
}

let connected: Promise<Browser> | null = null;

/** A test with a world. It fails as well when a page complained, and leaves pictures of its pages when it fails. */
export const test = base.extend<{ world: World }>({
  world: async ({ task, onTestFailed }, run) => {
    connected ??= chromium.connect(inject("browser"));
    const world = new World(await connected);
    let failed = false;
    onTestFailed(() => {
      failed = true;
    });
    await run(world);
    if (failed || task.result?.errors?.length) await world.photograph(task.name);
    expect(await world.end()).toEqual([]);
  },
});

export { expect } from "vitest";
export { Account } from "./api.ts";
export type { Visitor } from "./browser.ts";
