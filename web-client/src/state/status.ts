import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";
import type { OwnPresence } from "@/matrix/api";

/** What the person says of themselves; `until` in milliseconds, `null` for as long as they leave it. */
export interface OwnStatus {
  text: string;
  until: number | null;
}

export interface StatusClock {
  now(): number;
  /** Calls `work` every so often; the returned function ends that. */
  every(ms: number, work: () => void): () => void;
}

export interface PresenceTarget {
  setPresence(state: OwnPresence, status?: string): Promise<void>;
}

const STATUS = "status";
const HIDDEN = "status.hidden";
/** Where tabs tell each other of signs of life. */
export const ACTIVE = "status.active";
/** Without a sign of life for this long one is away, in milliseconds. */
export const IDLE_MS = 5 * 60_000;
const CHECK_MS = 15_000;
const EMPTY: OwnStatus = { text: "", until: null };

const realClock: StatusClock = {
  now: () => Date.now(),
  every: (ms, work) => {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
};

/**
 * One's own presence: online while one does something in any tab, away after five minutes without, offline when one
 * hides; and the status, which ends by itself. Tabs share the time of the last sign of life, so they say the same.
 */
export class StatusModel {
  readonly #store: Store;
  readonly #clock: StatusClock;
  readonly #status: Value<OwnStatus>;
  readonly #hidden: Value<boolean>;
  #target: PresenceTarget | null = null;
  #said: string | null = null;
  /** Whether what was said last may not have lasted. */
  #unsure = false;

  constructor(store: Store, clock: StatusClock = realClock) {
    this.#store = store;
    this.#clock = clock;
    this.#status = new Value(store.read<OwnStatus>(STATUS) ?? EMPTY);
    this.#hidden = new Value(store.read<boolean>(HIDDEN) === true);
  }

  get status(): Readable<OwnStatus> {
    return this.#status;
  }

  /** Whether the person wants to seem offline. */
  get hidden(): Readable<boolean> {
    return this.#hidden;
  }

  /** Begins to tell the server. */
  connect(target: PresenceTarget): () => void {
    this.#target = target;
    this.active();
    this.#check();
    return this.#clock.every(CHECK_MS, () => this.#check());
  }

  /** A sign of life: a key, the pointer. */
  active(): void {
    const now = this.#clock.now();
    if (now - this.#lastActive() < CHECK_MS) return;
    const wasIdle = this.#idle();
    this.#store.write(ACTIVE, now);
    if (wasIdle) this.#check();
  }

  /** Another tab has seen a sign of life, or something else has changed: says so at once. */
  look(): void {
    this.#check();
  }

  async set(status: OwnStatus): Promise<void> {
    this.#keep(status);
    await this.#say(true);
  }

  async hide(hidden: boolean): Promise<void> {
    this.#store.write(HIDDEN, hidden);
    this.#hidden.set(hidden);
    await this.#say(true);
  }

  #keep(status: OwnStatus): void {
    this.#status.set(status);
    if (status.text) this.#store.write(STATUS, status);
    else this.#store.remove(STATUS);
  }

  #check(): void {
    const { until } = this.#status.get();
    if (until !== null && until <= this.#clock.now()) this.#keep(EMPTY);
    // Not said now is said at the next look.
    void this.#say(this.#unsure).catch(() => undefined);
  }

  async #say(again: boolean): Promise<void> {
    const state: OwnPresence = this.#hidden.get() ? "offline" : this.#idle() ? "unavailable" : "online";
    const { text } = this.#status.get();
    const saying = `${state} ${text}`;
    if (!this.#target || (saying === this.#said && !again)) return;
    // A question for news that is under way says that one is online, and may arrive after this.
    this.#unsure = state !== "online" && saying !== this.#said;
    this.#said = saying;
    try {
      await this.#target.setPresence(state, text);
    } catch (error) {
      this.#said = null;
      throw error;
    }
  }

  #idle(): boolean {
    return this.#clock.now() - this.#lastActive() >= IDLE_MS;
  }

  #lastActive(): number {
    return this.#store.read<number>(ACTIVE) ?? 0;
  }
}
