import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";
import { Turns } from "@/lib/turns";
import { type Later, RequestFailed } from "@/matrix/api";
import type { LaterLimits, Scheduled, ScheduledContent } from "@/matrix/model";

/** A scheduled message as this browser remembers it. */
export interface ScheduledEntry extends Scheduled {
  /** Why the server did not send it when it was due. */
  failure?: string;
}

export interface ScheduleClock {
  now(): number;
  /** Calls `work` after `ms`; the returned function ends that. */
  after(ms: number, work: () => void): () => void;
}

/** Where tabs read what another one has written. */
export const SCHEDULED = "scheduled";
/** How long a cancelled one can be had back, in milliseconds. */
const UNDO_MS = 30_000;
/** The server is asked what became of a message this long after it was due; then less and less often. Milliseconds. */
const GRACE_MS = 700;
const LONGEST_MS = 60_000;
/** Timers can't wait much longer than three weeks. */
const TIMER_MS = 3_600_000;

const realClock: ScheduleClock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * The messages that wait on the server for their time. The server has the list; this browser keeps a copy, to draw it at
 * once and to find out about those that were refused: what is in the list no more is asked for by its identifier.
 */
export class ScheduledModel {
  readonly #store: Store;
  readonly #clock: ScheduleClock;
  readonly #entries: Value<readonly ScheduledEntry[]>;
  readonly #cancelled = new Value<readonly ScheduledEntry[]>([]);
  readonly #limits = new Value<LaterLimits | null | undefined>(undefined);
  #later: Later | null = null;
  #tell: (text: string, entry: ScheduledEntry) => void = () => undefined;
  #endTimer: () => void = () => undefined;
  #tries = 0;
  readonly #turns = new Turns();

  constructor(store: Store, clock: ScheduleClock = realClock) {
    this.#store = store;
    this.#clock = clock;
    this.#entries = new Value(store.read<ScheduledEntry[]>(SCHEDULED) ?? []);
  }

  /** What waits and what failed, by its time. */
  get entries(): Readable<readonly ScheduledEntry[]> {
    return this.#entries;
  }

  /** Those that were cancelled a moment ago. */
  get cancelled(): Readable<readonly ScheduledEntry[]> {
    return this.#cancelled;
  }

  /** What the server takes: `null` when it sends nothing later, `undefined` before it is known. */
  get limits(): Readable<LaterLimits | null | undefined> {
    return this.#limits;
  }

  /** Gives the way to the server; `tell` is called with what went wrong while nobody looked. */
  async connect(later: Later, tell: (text: string, entry: ScheduledEntry) => void): Promise<void> {
    this.#later = later;
    this.#tell = tell;
    await this.refresh();
  }

  /** Another tab has changed what is kept. */
  reread(): void {
    this.#entries.set(this.#store.read<ScheduledEntry[]>(SCHEDULED) ?? []);
    this.#plan();
  }

  /** Asks the server how things stand. What can't be had now is had the next time. */
  async refresh(): Promise<void> {
    await this.#inTurn((later) => this.#load(later)).catch(() => this.#plan());
  }

  /** Has a message sent at a time. */
  async add(channel: string, content: ScheduledContent, at: number): Promise<void> {
    await this.#inTurn(async (later) => this.#added(await this.#schedule(later, channel, content, at), channel, content, at));
  }

  /** Another text, another time, or both: the old one goes once the new one is there. */
  async change(old: ScheduledEntry, content: ScheduledContent, at: number): Promise<void> {
    await this.#inTurn(async (later) => {
      const id = await this.#schedule(later, old.channel, content, at);
      if (!old.failure) {
        try {
          await later.cancel(old.id);
        } catch (error) {
          // It was sent meanwhile: two of it are one too many.
          await later.cancel(id);
          throw error;
        }
      }
      this.#drop(old.id);
      this.#added(id, old.channel, content, at);
    });
  }

  async sendNow({ id }: ScheduledEntry): Promise<void> {
    await this.#inTurn(async (later) => {
      await later.send(id);
      this.#drop(id);
    });
  }

  /** It is not sent. For a moment it can be had back. */
  async cancel(entry: ScheduledEntry): Promise<void> {
    await this.#inTurn(async (later) => {
      await later.cancel(entry.id);
      this.#drop(entry.id);
      if (!entry.content) return;
      this.#cancelled.update((list) => [...list, entry]);
      this.#clock.after(UNDO_MS, () => this.#forgetCancelled(entry));
    });
  }

  /** Schedules a cancelled one anew; for at once when its time has come meanwhile. */
  async undo(entry: ScheduledEntry): Promise<void> {
    const { channel, content, at } = entry;
    if (!content) return;
    await this.add(channel, content, Math.max(at, this.#clock.now()));
    this.#forgetCancelled(entry);
  }

  /** Takes a failed one out of the list. */
  dismiss({ id }: ScheduledEntry): void {
    this.#drop(id);
  }

  async #load(later: Later): Promise<void> {
    this.#limits.set(await later.limits());
    if (this.#limits.get() === null) return this.#write([]);
    const known = new Map(this.#entries.get().map((entry) => [entry.id, entry]));
    const waiting = (await later.list()).map((entry) => readable(entry, known.get(entry.id)));
    for (const { id } of waiting) known.delete(id);
    const rest = await Promise.all([...known.values()].map((entry) => this.#fate(later, entry)));
    this.#write([...waiting, ...rest.filter((entry) => entry !== null)]);
  }

  /** What is left of one that waits no more. */
  async #fate(later: Later, entry: ScheduledEntry): Promise<ScheduledEntry | null> {
    if (entry.failure) return entry;
    // Not known now is known at the next look.
    const fate = await later.fate(entry.id).catch(() => ({ is: "waiting" as const }));
    if (fate.is === "waiting") return entry;
    if (fate.is !== "refused") return null;
    const failed = { ...entry, failure: fate.reason };
    this.#tell(t("A scheduled message could not be sent: {reason}", { reason: fate.reason }), failed);
    return failed;
  }

  async #schedule(later: Later, channel: string, content: ScheduledContent, at: number): Promise<string> {
    const limits = this.#limits.get();
    const now = this.#clock.now();
    const problem = at > now ? timeProblem(at, now, limits) : null;
    if (problem) throw new RequestFailed(problem);
    try {
      return await later.schedule(channel, content, at);
    } catch (error) {
      const waiting = this.#entries.get().filter(({ failure }) => !failure).length;
      if (error instanceof RequestFailed && error.code === "M_LIMIT_EXCEEDED" && limits?.most && waiting >= limits.most) {
        throw new RequestFailed(t("No more than {count} messages can wait at a time. Cancel one, or wait until the next has been sent.", { count: limits.most }), error.code, error.status);
      }
      throw error;
    }
  }

  #added(id: string, channel: string, content: ScheduledContent, at: number): void {
    this.#write([...this.#entries.get(), { id, channel, content, at }]);
  }

  #forgetCancelled(entry: ScheduledEntry): void {
    this.#cancelled.update((list) => list.filter((one) => one !== entry));
  }

  #drop(id: string): void {
    this.#write(this.#entries.get().filter((entry) => entry.id !== id));
  }

  #write(entries: readonly ScheduledEntry[]): void {
    const sorted = entries.toSorted((a, b) => a.at - b.at);
    this.#entries.set(sorted);
    if (sorted.length) this.#store.write(SCHEDULED, sorted);
    else this.#store.remove(SCHEDULED);
    this.#plan();
  }

  /** One after the other, so that no answer of the server is older than what is known already. */
  #inTurn<T>(work: (later: Later) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      if (!this.#later) throw new RequestFailed(t("Still connecting. Try again in a moment."));
      return work(this.#later);
    });
  }

  /** Looks again when the next one should have been sent. */
  #plan(): void {
    this.#endTimer();
    const next = this.#entries.get().find(({ failure }) => !failure);
    if (!next || !this.#later) return;
    const left = next.at - this.#clock.now();
    this.#tries = left > 0 ? 0 : this.#tries + 1;
    const wait = left > 0 ? left + GRACE_MS : Math.min(GRACE_MS * 2 ** this.#tries, LONGEST_MS);
    this.#endTimer = this.#clock.after(Math.min(wait, TIMER_MS), () => void this.refresh());
  }
}

/** What can't be opened now says what it said when it was written here. */
function readable(entry: Scheduled, known: ScheduledEntry | undefined): ScheduledEntry {
  return entry.content || !known ? entry : { ...entry, content: known.content };
}

/** What is wrong with a time to send at, for the person; `null` for a good one. */
export function timeProblem(at: number, now: number, limits: LaterLimits | null | undefined): string | null {
  if (at <= now) return t("This time has passed.");
  const most = limits?.maxMs;
  if (!most || at - now <= most) return null;
  const days = Math.floor(most / 86_400_000);
  return days > 0 ? t("That is too far ahead: this server waits {count} days at most.", { count: days }) : t("That is too far ahead for this server.");
}
