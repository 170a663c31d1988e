import type { Visitor } from "./browser.ts";
import { expect } from "vitest";

/** What the system shows of a browser's notifications. */
export class Screen {
  readonly #visitor: Visitor;
  #shown = 0;
  #seen = 0;

  private constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  static async watch(visitor: Visitor): Promise<Screen> {
    const screen = new Screen(visitor);
    const devtools = await visitor.context.newCDPSession(visitor.page);
    devtools.on("BackgroundService.backgroundServiceEventReceived", ({ backgroundServiceEvent: { eventName } }) => {
      if (eventName === "Notification displayed") screen.#shown++;
    });
    await devtools.send("BackgroundService.startObserving", { service: "notifications" });
    await devtools.send("BackgroundService.setRecording", { service: "notifications", shouldRecord: true });
    return screen;
  }

  /** Waits until so many more have been shown. To ask for the list before that makes Chromium forget the one that it is about to show. */
  async shown(count = 1): Promise<void> {
    this.#seen += count;
    await expect.poll(() => this.#shown, { message: "notifications shown" }).toBeGreaterThanOrEqual(this.#seen);
  }

  /** Titles and texts of those that are there, sorted. */
  list = async (): Promise<string[]> => {
    const lines = await this.#visitor.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => `${title}: ${body}`);
    });
    return lines.toSorted();
  };
}
