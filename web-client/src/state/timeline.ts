import { Scope, type Readable, Value } from "@/lib/observable";
import type { Matrix, TimelineSource } from "@/matrix/api";
import type { Message, Person, TimelineData } from "@/matrix/model";
import { asMessage } from "./outbox";
import { type Row, rowsOf } from "./rows";
import type { Workspace } from "./workspace";

/** What the timeline draws. */
export interface TimelineView {
  rows: readonly Row[];
  messages: readonly Message[];
  older: boolean;
  newer: boolean;
  loading: TimelineData["loading"];
  error: string | null;
  /** False while only the snapshot of the last visit is here. */
  live: boolean;
  receipts: ReadonlyMap<string, readonly Person[]>;
}

export interface TimelinePlace {
  channel: string;
  event: string | null;
  thread: string | null;
}

/** How far back to look for the last read message when a channel is opened. */
const UNREAD_REACH = 400;

/**
 * One opened channel or thread: the server's messages, after them those on their way. Shows the snapshot until the
 * client has started. The "New" line stays where it was when the timeline was opened.
 */
export class TimelineModel {
  readonly place: TimelinePlace;
  readonly #workspace: Workspace;
  readonly #scope = new Scope();
  readonly #view: Value<TimelineView>;
  #source: TimelineSource | null = null;
  #readUpTo: string | null = null;
  readonly #headed = new Set<string>();
  #snapshotTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(workspace: Workspace, place: TimelinePlace) {
    this.#workspace = workspace;
    this.place = place;
    const kept = place.event || place.thread ? [] : workspace.snapshots.messages(place.channel);
    this.#view = new Value<TimelineView>({
      rows: rowsOf(kept, { readUpTo: null, complete: false }),
      messages: kept,
      older: false,
      newer: false,
      loading: "start",
      error: null,
      live: false,
      receipts: new Map(),
    });
    this.#scope.add(workspace.outbox.entries.subscribe(() => this.#update()));
    const matrix = workspace.matrix.get();
    if (matrix) this.#attach(matrix);
    else {
      this.#update();
      this.#scope.add(workspace.matrix.subscribe(() => this.#attach(workspace.matrix.get())));
    }
  }

  get view(): Readable<TimelineView> {
    return this.#view;
  }

  close(): void {
    this.#scope.close();
    this.#source?.close();
    if (this.#snapshotTimer) clearTimeout(this.#snapshotTimer);
  }

  older(): void {
    void this.#source?.older();
  }

  newer(): void {
    void this.#source?.newer();
  }

  async markRead(): Promise<void> {
    await this.#source?.markRead().catch(() => undefined);
  }

  #attach(matrix: Matrix | null): void {
    if (!matrix || this.#source) return;
    const { channel, event, thread } = this.place;
    try {
      this.#source = matrix.timeline(channel, { event: event ?? undefined, thread: thread ?? undefined });
    } catch {
      // The channel is not known, or not any more; the view around this one says so.
      this.#view.update((view) => ({ ...view, loading: null }));
      return;
    }
    this.#readUpTo = event ? null : this.#source.readUpTo;
    this.#scope.add(this.#source.data.subscribe(() => this.#update()));
    this.#scope.add(this.#source.receipts.subscribe(() => this.#update()));
    this.#update();
  }

  #update(): void {
    if (this.#scope.closed) return;
    const data = this.#source?.data.get();
    const previous = this.#view.get();
    const settled = data !== undefined && (data.loading !== "start" || data.messages.length > 0);
    const remote = settled ? data.messages : previous.messages.filter((message) => message.id.startsWith("$"));
    if (settled && this.#reachForUnread(data)) return;
    const outgoing = this.#outgoing(remote);
    const messages = outgoing.length ? [...remote, ...outgoing] : remote;
    const complete = settled && !data.older && data.loading !== "start";
    const same = messages.length === previous.messages.length && messages.every((message, index) => message === previous.messages[index]);
    const live = settled;
    const rows =
      same && live === previous.live && complete === (previous.rows[0]?.type === "start")
        ? previous.rows
        : rowsOf(messages, { readUpTo: this.#readUpTo, complete, headed: this.#headed });
    if (settled && messages[0]) this.#headed.add(messages[0].key);
    this.#view.set({
      rows,
      messages: same ? previous.messages : messages,
      older: data?.older ?? false,
      newer: data?.newer ?? false,
      loading: data ? data.loading : "start",
      error: data?.error ?? null,
      live,
      receipts: this.#source?.receipts.get() ?? previous.receipts,
    });
    if (settled && !same) this.#keep(remote);
  }

  /** Loads more when the last read message lies further back; true while it does. */
  #reachForUnread(data: TimelineData): boolean {
    const wanted = this.#readUpTo;
    const unread = this.#workspace.channel(this.place.channel)?.unread ?? 0;
    if (!wanted || this.place.thread || unread === 0 || this.#view.get().live) return false;
    if (data.messages.some((message) => message.id === wanted)) return false;
    if (data.loading) return true;
    if (!data.older || data.messages.length >= UNREAD_REACH) return false;
    void this.#source?.older();
    return true;
  }

  #outgoing(remote: readonly Message[]): Message[] {
    const { outbox, me } = this.#workspace;
    const { channel, thread } = this.place;
    const mine = outbox.entries.get().filter((entry) => entry.channel === channel && entry.thread === thread);
    if (!mine.length) return [];
    const recent = new Set(remote.slice(-60).flatMap((message) => [message.id, message.key]));
    const shown = mine.filter((entry) => !recent.has(entry.txn) && !(entry.event && recent.has(entry.event)));
    if (shown.length !== mine.length) queueMicrotask(() => outbox.seen(recent));
    const person = me.get();
    return shown.map((entry) => this.#echo(entry, () => asMessage(entry, person)));
  }

  readonly #echoes = new WeakMap<object, Message>();

  /** One message for one state of an entry, so that what did not change is not drawn again. */
  #echo(entry: object, make: () => Message): Message {
    let found = this.#echoes.get(entry);
    if (!found) {
      found = make();
      this.#echoes.set(entry, found);
    }
    return found;
  }

  #keep(messages: readonly Message[]): void {
    const { channel, event, thread } = this.place;
    if (event || thread || this.#snapshotTimer) return;
    this.#snapshotTimer = setTimeout(() => {
      this.#snapshotTimer = null;
      const now = this.#source?.data.get().messages ?? messages;
      this.#workspace.snapshots.writeMessages(channel, now, Date.now());
    }, 1500);
  }
}
