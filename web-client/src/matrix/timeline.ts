import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/CryptoEvent.js";
import { EventTimeline } from "matrix-js-sdk/lib/models/event-timeline.js";
import type { EventTimelineSet } from "matrix-js-sdk/lib/models/event-timeline-set.js";
import { type MatrixEvent, MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import { type Room, RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { ThreadEvent } from "matrix-js-sdk/lib/models/thread.js";
import { TimelineWindow } from "matrix-js-sdk/lib/timeline-window.js";
import { Scope, Value } from "@/lib/observable";
import type { TimelineSource } from "./api";
import { failure } from "./client";
import { Doubts } from "./encryption/doubts";
import type { LazyCryptoClient } from "./encryption/gate";
import { messageOf } from "./messages";
import type { Message, Person, TimelineData } from "./model";
import { pollsIn } from "./polls";
import { markRead, readUpTo, receiptsOf } from "./receipts";

/** Lines wanted before a freshly opened window counts as full. */
const FIRST_LINES = 30;
const PAGE = 50;
/** Messages decrypted within this time are drawn in one go. */
const TOGETHER_MS = 16;

/**
 * The timeline of a channel or thread as messages. Each event is turned into a message once, and again only when
 * something that it shows has changed; a message that did not change keeps its identity.
 */
export class RoomTimeline implements TimelineSource {
  readonly data = new Value<TimelineData>({ messages: [], older: false, newer: false, loading: "start", error: null });
  readonly receipts = new Value<ReadonlyMap<string, readonly Person[]>>(new Map());
  readonly #client: LazyCryptoClient;
  readonly #room: Room;
  readonly #thread: string | undefined;
  readonly #scope = new Scope();
  readonly #made = new Map<string, Message | null>();
  readonly #doubts: Doubts;
  #window: TimelineWindow | null = null;
  #planned = false;
  #receiptsStale = true;

  constructor(client: LazyCryptoClient, room: Room, at: { event?: string | undefined; thread?: string | undefined }) {
    this.#client = client;
    this.#room = room;
    this.#thread = at.thread;
    this.#doubts = new Doubts(client.gate, client.getUserId(), (id) => this.#dirty(id));
    this.#listen();
    void this.#open(at.event);
  }

  close(): void {
    this.#scope.close();
  }

  readUpTo(): string | null {
    return readUpTo(this.#client, this.#room, this.#thread);
  }

  older(): Promise<void> {
    return this.#page("older", EventTimeline.BACKWARDS);
  }

  newer(): Promise<void> {
    return this.#page("newer", EventTimeline.FORWARDS);
  }

  markRead(): Promise<void> {
    const events = this.#window?.getEvents() ?? [];
    return markRead(this.#client, this.#room, this.#thread, events);
  }

  async #open(event: string | undefined): Promise<void> {
    try {
      const set = await this.#timelineSet();
      const window = new TimelineWindow(this.#client, set, { windowLimit: 100_000 });
      await window.load(event, event ? PAGE : 1000);
      this.#window = window;
      if (!this.#scope.closed) this.#rebuild();
      await this.#fill(window);
      if (!this.#scope.closed) this.#rebuild({ loading: null, error: null });
    } catch (error) {
      if (!this.#scope.closed) this.data.update((data) => ({ ...data, loading: null, error: failure(error).message }));
    }
  }

  /** Loads until the first screen is full or the history ends. */
  async #fill(window: TimelineWindow): Promise<void> {
    for (let round = 0; round < 5 && !this.#scope.closed; round++) {
      if (this.#build().length >= FIRST_LINES || !window.canPaginate(EventTimeline.BACKWARDS)) return;
      await window.paginate(EventTimeline.BACKWARDS, PAGE);
    }
  }

  async #timelineSet(): Promise<EventTimelineSet> {
    if (!this.#thread) return this.#room.getUnfilteredTimelineSet();
    const known = this.#room.getThread(this.#thread);
    if (known) return known.timelineSet;
    const root = this.#room.findEventById(this.#thread) ?? (await this.#fetchRoot(this.#thread));
    return this.#room.createThread(this.#thread, root, [], true).timelineSet;
  }

  async #fetchRoot(id: string): Promise<MatrixEvent> {
    const raw = await this.#client.fetchRoomEvent(this.#room.roomId, id);
    return this.#client.getEventMapper()(raw);
  }

  async #page(loading: "older" | "newer", direction: typeof EventTimeline.BACKWARDS | typeof EventTimeline.FORWARDS): Promise<void> {
    const window = this.#window;
    if (!window || this.data.get().loading || !window.canPaginate(direction)) return;
    this.data.update((data) => ({ ...data, loading, error: null }));
    try {
      await window.paginate(direction, PAGE);
      if (!this.#scope.closed) this.#rebuild({ loading: null });
    } catch (error) {
      this.data.update((data) => ({ ...data, loading: null, error: failure(error).message }));
    }
  }

  #listen(): void {
    const room = this.#room;
    const on = <A extends unknown[]>(target: unknown, name: string, handler: (...args: A) => void) => {
      const emitter = target as { on(name: string, handler: unknown): void; off(name: string, handler: unknown): void };
      emitter.on(name, handler);
      this.#scope.add(() => emitter.off(name, handler));
    };
    on(this.#client, RoomEvent.Timeline, (event: MatrixEvent, where: Room | undefined) => {
      if (where !== room && event.getRoomId() !== room.roomId) return;
      this.#dirty(event.getRelation()?.event_id);
      this.#follow();
    });
    on(this.#client, RoomEvent.TimelineReset, (where: Room | undefined, set: EventTimelineSet) => {
      if (where === room && set.thread?.id === this.#thread) void this.#open(undefined);
    });
    on(room, RoomEvent.LocalEchoUpdated, (event: MatrixEvent) => this.#dirty(event.getRelation()?.event_id, event.getAssociatedId()));
    on(room, RoomEvent.Redaction, () => this.#dirtyAll());
    on(room, RoomEvent.RedactionCancelled, () => this.#dirtyAll());
    on(this.#client, MatrixEventEvent.Replaced, (event: MatrixEvent) => event.getRoomId() === room.roomId && this.#dirty(event.getId()));
    on(this.#client, MatrixEventEvent.Decrypted, (event: MatrixEvent) => event.getRoomId() === room.roomId && this.#decrypted(event));
    this.#scope.add(this.#client.gate.status.subscribe(() => this.#client.gate.status.get().state === "ready" && this.#plan()));
    on(this.#client, CryptoEvent.UserTrustStatusChanged, () => this.#doubts.again());
    on(this.#client, CryptoEvent.DevicesUpdated, () => this.#doubts.again());
    on(room, ThreadEvent.New, (thread: { id: string }) => this.#dirty(thread.id));
    on(room, ThreadEvent.Update, (thread: { id: string }) => {
      this.#dirty(thread.id);
      if (thread.id === this.#thread) this.#follow();
    });
    on(room, RoomEvent.UnreadNotifications, (_counts: unknown, thread?: string) => {
      // Without a thread: all that sync says nothing of are read.
      const unread = [...this.#made].flatMap(([id, message]) => (message?.thread?.unread || message?.thread?.mentions ? id : []));
      this.#dirty(...(thread ? [thread] : unread));
    });
    on(this.#client, ClientEvent.AccountData, (event: MatrixEvent) => event.getType() === "m.ignored_user_list" && this.#dirtyAll());
    on(room, RoomEvent.Receipt, () => {
      this.#receiptsStale = true;
      this.#plan();
    });
    this.#scope.add(pollsIn(this.#client, room).watch((poll) => this.#dirty(poll)));
    // Names and pictures of people.
    on(room, RoomStateEvent.Members, () => this.#dirtyAll());
  }

  /** Extends the window to what sync brought, if the window reached the present before. */
  #follow(): void {
    const window = this.#window;
    if (!window) return;
    void window.paginate(EventTimeline.FORWARDS, 50, false).then(() => this.#plan());
  }

  /** Shows it wherever it is: on its own line, as the edit of one, in quotes, in the line of its thread. */
  #decrypted(event: MatrixEvent): void {
    const id = event.getId();
    for (const [key, message] of this.#made) if (message?.quote?.id === id) this.#made.delete(key);
    for (const other of [id, event.getRelation()?.event_id, event.threadRootId]) if (other) this.#made.delete(other);
    // Many are opened at once when a channel is: they are drawn together.
    if (this.#planned) return;
    this.#planned = true;
    setTimeout(() => this.#carryOut(), TOGETHER_MS);
  }

  #dirty(...ids: (string | undefined)[]): void {
    for (const id of ids) if (id) this.#made.delete(id);
    this.#plan();
  }

  #dirtyAll(): void {
    this.#made.clear();
    this.#plan();
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => this.#carryOut());
  }

  #carryOut(): void {
    this.#planned = false;
    if (!this.#scope.closed && this.#window) this.#rebuild();
  }

  #build(): Message[] {
    const messages: Message[] = [];
    for (const event of this.#window?.getEvents() ?? []) {
      const id = event.getId();
      if (!id) continue;
      if (event.shouldAttemptDecryption()) void this.#client.decryptEventIfNeeded(event);
      let message = this.#made.get(id);
      if (message === undefined) {
        const unwanted = !event.isState() && this.#client.isUserIgnored(event.getSender() ?? "");
        message = unwanted ? null : messageOf(this.#client, this.#room, event, this.#thread !== undefined);
        const doubt = message ? this.#doubts.of(event) : null;
        if (message && doubt) message = { ...message, doubt };
        this.#made.set(id, message);
      }
      if (message) messages.push(message);
    }
    return messages;
  }

  #rebuild(change: Partial<TimelineData> = {}): void {
    const window = this.#window;
    if (!window) return;
    const previous = this.data.get();
    const built = this.#build();
    const same = built.length === previous.messages.length && built.every((message, index) => message === previous.messages[index]);
    const next: TimelineData = {
      ...previous,
      ...change,
      messages: same ? previous.messages : built,
      older: window.canPaginate(EventTimeline.BACKWARDS),
      newer: window.canPaginate(EventTimeline.FORWARDS),
    };
    if (!same || JSON.stringify({ ...next, messages: 0 }) !== JSON.stringify({ ...previous, messages: 0 })) this.data.set(next);
    if (this.#receiptsStale || !same) {
      this.#receiptsStale = false;
      this.receipts.set(receiptsOf(this.#client, this.#room, this.#thread, built));
    }
  }
}
