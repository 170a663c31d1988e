import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { serveClient } from "./serve.ts";

const PROGRAM = process.env.CHATSPHERE_BIN ?? "chatsphere";

/** How long the server may take to answer after its start. */
const START_MS = 30_000;

/**
 * A real server with an empty data folder on a free port. It can be stopped and started again with the same data.
 * With `E2E_CLIENT=dist` pages come from `dist`, not from the server: for work on the client.
 */
export class ChatServer {
  readonly url: string;
  /** Where its web client is. */
  readonly client: string;
  readonly #front: Server | null;
  readonly #folder: string;
  #process: ChildProcess | null = null;
  #log = "";

  private constructor(url: string, folder: string, front: { url: string; server: Server } | null) {
    this.url = url;
    this.client = front?.url ?? url;
    this.#front = front?.server ?? null;
    this.#folder = folder;
  }

  static async create(name = "localhost"): Promise<ChatServer> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), "chatsphere-e2e-"));
    // Every test registers people from one address, which the limits are there to stop.
    const settings = `[server]\nname = "${name}"\nlisten = ["127.0.0.1:${port}"]\ndata = "data"\n\n[registration]\nmode = "open"\n\n[rate_limits]\nenabled = false\n`;
    await writeFile(join(folder, "chatsphere.toml"), settings);
    const url = `http://127.0.0.1:${port}`;
    const server = new ChatServer(url, folder, process.env.E2E_CLIENT === "dist" ? await serveClient(url) : null);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const child = spawn(PROGRAM, ["run", "--config", join(this.#folder, "chatsphere.toml")], { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    // Tests that are broken off must leave no server behind.
    process.once("exit", () => child.kill());
    let failure: Error | null = null;
    child.on("error", (error) => (failure = error));
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => (this.#log += text.toString()));
    const end = Date.now() + START_MS;
    while (!(await this.#answers())) {
      if (failure ?? (child.exitCode !== null || Date.now() > end)) {
        throw new Error(`the server did not start: ${String(failure ?? this.#log)}`);
      }
      await pause(30);
    }
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.url}/_matrix/client/versions`).then((answer) => answer.ok, () => false);
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    this.#front?.close();
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
