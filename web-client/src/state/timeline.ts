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
    this.#scope.add(workspace.undoables.changes.subscribe(() => this.#update()));
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

  /** Loads anew after a failure. */
  retry(): void {
    this.#source?.close();
    this.#source = null;
    this.#attach(this.#workspace.matrix.get());
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
    this.#scope.add(this.#workspace.connection.subscribe(() => this.#update()));
    this.#scope.add(this.#source.data.subscribe(() => this.#update()));
    this.#scope.add(this.#source.receipts.subscribe(() => this.#update()));
    this.#update();
  }

  #update(): void {
    if (this.#scope.closed) return;
    const data = this.#source?.data.get();
    const previous = this.#view.get();
    const settled = data !== undefined && (data.loading !== "start" || data.messages.length > 0);
    const remote = settled ? this.#withoutDeleted(data.messages) : previous.messages.filter((message) => message.id.startsWith("$"));
    if (settled && this.#reachForUnread(data)) return;
    const outgoing = this.#outgoing(remote);
    const messages = outgoing.length ? [...remote, ...outgoing] : remote;
    const complete = settled && !data.older && !data.error && data.loading !== "start";
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

  /** Finds the last read message, and loads more when it lies further back; true while it does. */
  #reachForUnread(data: TimelineData): boolean {
    if (this.place.event || this.#view.get().live) return false;
    // What the last visit kept says nothing of what was read elsewhere since.
    if (this.#workspace.connection.get() === "starting") return true;
    this.#readUpTo ??= this.#source?.readUpTo() ?? null;
    const unread = this.#workspace.channel(this.place.channel)?.unread ?? 0;
    if (this.place.thread || unread === 0) return false;
    this.#readUpTo ??= beforeLast(data.messages, unread);
    if (data.messages.some((message) => message.id === this.#readUpTo)) return false;
    if (data.loading) return true;
    if (!data.older || data.messages.length >= UNREAD_REACH) return false;
    void this.#source?.older();
    return true;
  }

  /** A message that is being deleted is drawn so already. */
  #withoutDeleted(messages: readonly Message[]): readonly Message[] {
    const { undoables } = this.#workspace;
    if (!messages.some((message) => undoables.deletes(message.id))) return messages;
    return messages.map((message) => (undoables.deletes(message.id) ? this.#echo(message, () => deleted(message)) : message));
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

/** The message before the last `count` ones of others; `null` when it is not here. For channels that were never marked as read. */
function beforeLast(messages: readonly Message[], count: number): string | null {
  let left = count;
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (left === 0 && message) return message.id;
    if (message && !message.own && message.kind !== "event") left--;
  }
  return null;
}

function deleted(message: Message): Message {
  return { ...message, kind: "deleted", body: "", html: null, media: null, edited: false, quote: null, reactions: [] };
}
