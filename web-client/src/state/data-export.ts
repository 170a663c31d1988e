import { type Readable, Value } from "@/lib/observable";
import { type Matrix, RequestFailed } from "@/matrix/api";
import type { Channel } from "@/matrix/model";

/** How far an export is. */
export interface ExportProgress {
  /** The channel that is read now. */
  channel: string;
  /** Channels that are read, of how many. */
  done: number;
  total: number;
  events: number;
}

/** How long to wait when the server says that these are too many requests. Milliseconds. */
const PAUSE_MS = 3000;

/** Gathers everything of an account that its owner can read, as JSON. */
export class DataExport {
  readonly #progress = new Value<ExportProgress | null>(null);
  #cancelled = false;

  /** `null` while none runs. */
  get progress(): Readable<ExportProgress | null> {
    return this.#progress;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  /** `null` when it was cancelled. `ownOnly`: of the messages only those by the person. */
  async run(matrix: Matrix, channels: readonly Channel[], ownOnly: boolean, now: Date): Promise<Blob | null> {
    this.#cancelled = false;
    const joined = channels.filter((channel) => channel.membership === "join");
    let events = 0;
    this.#progress.set({ channel: "", done: 0, total: joined.length, events });
    try {
      const account = await matrix.ownData();
      const parts = [`${JSON.stringify({ account: matrix.userId, exported: now.toISOString(), ...account }, null, 1).slice(0, -2)},\n "channels": [`];
      for (const [done, channel] of joined.entries()) {
        const { id, name, topic, kind, members } = channel;
        parts.push(`${done ? "," : ""}\n${JSON.stringify({ id, name, topic, kind, members }).slice(0, -1)},"events":[`);
        let first = true;
        for (let from: string | null = null, more = true; more; more = from !== null) {
          if (this.#cancelled) return null;
          this.#progress.set({ channel: name, done, total: joined.length, events });
          const page: HistoryPage = await this.#page(matrix, id, from);
          const wanted = page.events.filter((event) => !ownOnly || (event as { sender?: unknown }).sender === matrix.userId);
          if (wanted.length) parts.push(`${first ? "" : ","}\n${wanted.map((event) => JSON.stringify(event)).join(",\n")}`);
          first &&= wanted.length === 0;
          events += wanted.length;
          from = page.next;
        }
        parts.push("]}");
      }
      parts.push("\n ]\n}\n");
      return this.#cancelled ? null : new Blob(parts, { type: "application/json" });
    } finally {
      this.#progress.set(null);
    }
  }

  async #page(matrix: Matrix, channel: string, from: string | null): Promise<HistoryPage> {
    for (;;) {
      try {
        return await matrix.history(channel, from);
      } catch (error) {
        if (!(error instanceof RequestFailed) || error.code !== "M_LIMIT_EXCEEDED" || this.#cancelled) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}

type HistoryPage = Awaited<ReturnType<Matrix["history"]>>;
