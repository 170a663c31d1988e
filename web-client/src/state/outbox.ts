import type { SendResult } from "@/matrix/api";
import type { Media, Message, MessageKind, Person, SendState } from "@/matrix/model";
import { fileAddress } from "@/lib/files/address";
import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";

/** A message that this client has not seen back from the server yet. */
export interface Outgoing {
  txn: string;
  channel: string;
  thread: string | null;
  type: string;
  content: OutgoingContent;
  ts: number;
  state: SendState | "sent";
  /** Known once the server took it. */
  event?: string;
  error?: string;
}

export interface OutgoingContent {
  msgtype?: string;
  body: string;
  format?: string;
  formatted_body?: string;
  [key: string]: unknown;
}

export interface Transport {
  send(channel: string, thread: string | null, type: string, content: object, txn: string): Promise<SendResult>;
}

export interface Timer {
  now(): number;
  wait(ms: number): Promise<void>;
}

const realTimer: Timer = { now: () => Date.now(), wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
const KEY = "outbox";
const MAX_WAIT_MS = 30_000;

/**
 * Messages on their way. Kept in storage until the server has taken them, so that a reload loses none. Within a
 * channel one is sent at a time, oldest first, and one that failed for now holds the later ones back: order is kept.
 * One that the server refused for good does not. The transaction identifier makes a repeated send harmless.
 */
export class Outbox {
  readonly #store: Store;
  readonly #timer: Timer;
  readonly #entries: Value<readonly Outgoing[]>;
  readonly #busy = new Set<string>();
  #transport: Transport | null = null;
  #wake: (() => void)[] = [];
  #counter = 0;

  constructor(store: Store, timer: Timer = realTimer) {
    this.#store = store;
    this.#timer = timer;
    const kept = (store.read<Outgoing[]>(KEY) ?? []).map((entry) => withState(entry, entry.state === "failed" ? "failed" : "waiting"));
    this.#entries = new Value<readonly Outgoing[]>(kept);
  }

  get entries(): Readable<readonly Outgoing[]> {
    return this.#entries;
  }

  /** Gives the way to send, once the client is up; starts with what was kept. */
  connect(transport: Transport): void {
    this.#transport = transport;
    this.resume();
  }

  /** Tries at once what waits; call it when the connection is back. */
  resume(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const go of wake) go();
    for (const entry of this.#entries.get()) void this.#run(entry.channel);
  }

  add(message: Pick<Outgoing, "channel" | "thread" | "type" | "content">): string {
    const ts = this.#timer.now();
    const txn = `cs${ts}.${this.#counter++}.${Math.random().toString(36).slice(2, 8)}`;
    this.#write([...this.#entries.get(), { ...message, txn, ts, state: "sending" }]);
    void this.#run(message.channel);
    return txn;
  }

  /** Sends a failed one again, and everything of its channel that failed before it, in order. */
  retry(txn: string): void {
    const found = this.#entries.get().find((entry) => entry.txn === txn);
    if (!found) return;
    const again = (entry: Outgoing) => entry.channel === found.channel && entry.state === "failed";
    this.#write(this.#entries.get().map((entry) => (again(entry) ? withState(entry, "sending") : entry)));
    this.resume();
  }

  discard(txn: string): void {
    this.#write(this.#entries.get().filter((entry) => entry.txn !== txn));
  }

  /** Forgets those that the timeline shows now, by transaction or event identifier. */
  seen(ids: ReadonlySet<string>): void {
    const rest = this.#entries.get().filter((entry) => !(entry.state === "sent" && (ids.has(entry.txn) || (entry.event && ids.has(entry.event)))));
    if (rest.length !== this.#entries.get().length) this.#write(rest);
  }

  async #run(channel: string): Promise<void> {
    if (this.#busy.has(channel)) return;
    this.#busy.add(channel);
    try {
      let wait = 1000;
      for (;;) {
        const transport = this.#transport;
        const next = this.#entries.get().find((entry) => entry.channel === channel && (entry.state === "sending" || entry.state === "waiting"));
        if (!next || !transport) return;
        const result = await transport.send(channel, next.thread, next.type, next.content, next.txn);
        if (result.ok) {
          this.#change(next.txn, { state: "sent", event: result.event });
          wait = 1000;
        } else if (result.retry) {
          this.#change(next.txn, { state: "waiting" });
          await this.#pause(Math.max(wait, Math.min(result.afterMs, MAX_WAIT_MS)));
          wait = Math.min(wait * 2, MAX_WAIT_MS);
        } else {
          this.#change(next.txn, { state: "failed", error: result.reason });
        }
      }
    } finally {
      this.#busy.delete(channel);
    }
  }

  #pause(ms: number): Promise<void> {
    return Promise.race([this.#timer.wait(ms), new Promise<void>((resolve) => this.#wake.push(resolve))]);
  }

  #change(txn: string, change: Partial<Outgoing>): void {
    const entries = this.#entries.get();
    const index = entries.findIndex((entry) => entry.txn === txn);
    const found = entries[index];
    if (found) this.#write(entries.with(index, { ...found, ...change }));
  }

  #write(entries: readonly Outgoing[]): void {
    this.#entries.set(entries);
    const unsent = entries.filter((entry) => entry.state !== "sent");
    if (unsent.length) this.#store.write(KEY, unsent);
    else this.#store.remove(KEY);
  }
}

function withState(entry: Outgoing, state: Outgoing["state"]): Outgoing {
  return { ...entry, state };
}

/** An outgoing entry as the timeline shows it. */
export function asMessage(entry: Outgoing, me: Person): Message {
  return {
    id: entry.txn,
    key: entry.txn,
    sender: me,
    ts: entry.ts,
    kind: entry.type === "m.poll.start" ? "poll" : (KINDS[entry.content.msgtype ?? ""] ?? "text"),
    body: entry.content.body,
    html: entry.content.format === "org.matrix.custom.html" ? (entry.content.formatted_body ?? null) : null,
    media: mediaOf(entry.content),
    edited: false,
    quote: null,
    thread: null,
    reactions: [],
    mentionsMe: false,
    own: true,
    ...(typeof entry.content.geo_uri === "string" ? { geo: entry.content.geo_uri } : {}),
    ...(entry.state === "sent" ? {} : { send: entry.state }),
    ...(entry.error ? { error: entry.error } : {}),
  };
}

const KINDS: Readonly<Record<string, MessageKind>> = {
  "m.emote": "emote",
  "m.image": "image",
  "m.video": "video",
  "m.audio": "audio",
  "m.file": "file",
  "m.location": "place",
};

function mediaOf(content: OutgoingContent): Media | null {
  const info = (content.info ?? {}) as { mimetype?: string; size?: number; w?: number; h?: number; duration?: number; thumbnail_file?: unknown };
  const mxc = fileAddress(content.url, content.file, info.mimetype ?? "");
  if (!mxc) return null;
  return {
    mxc,
    name: typeof content.filename === "string" ? content.filename : content.body,
    type: info.mimetype ?? "",
    size: info.size ?? 0,
    width: info.w ?? 0,
    height: info.h ?? 0,
    duration: info.duration ?? 0,
    thumbnail: fileAddress(null, info.thumbnail_file, "image/webp"),
  };
}
