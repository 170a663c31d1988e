import type { TestProject } from "vitest/node";
import { launch } from "./browser.ts";
import { ChatServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the shared server is. */
    server: string;
    /** Where its client is; the same place, unless a client that is being worked on stands in for it. */
    client: string;
    /** The address of the browser. */
    browser: string;
  }
}

/** One server and one browser for all files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await ChatServer.create();
  const browser = await launch();
  project.provide("server", server.url);
  project.provide("client", server.client);
  project.provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.kill();
    await server.remove();
  };
}
