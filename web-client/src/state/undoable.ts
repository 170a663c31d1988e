import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";

/** Something that can't be taken back once the server knows of it. */
export type Task = { kind: "leave"; channel: string } | { kind: "delete"; channel: string; event: string };

interface Kept {
  task: Task;
  /** The server has done it; it is kept until the person's own list shows that. */
  done: boolean;
}

export interface UndoTimer {
  /** Calls `work` after `ms`; the returned function ends that. */
  after(ms: number, work: () => void): () => void;
}

const KEY = "undoable";
/** How long it can be taken back, in milliseconds. */
export const UNDO_MS = 6000;

const realTimer: UndoTimer = {
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Leaving and deleting happen after a pause in which they can be taken back; on screen they have happened at once. What
 * waits is kept in storage: when the page goes away meanwhile, the next start does it.
 */
export class Undoables {
  readonly #store: Store;
  readonly #timer: UndoTimer;
  readonly #kept: Value<readonly Kept[]>;
  #run: ((task: Task) => Promise<boolean>) | null = null;

  constructor(store: Store, timer: UndoTimer = realTimer) {
    this.#store = store;
    this.#timer = timer;
    this.#kept = new Value((store.read<Task[]>(KEY) ?? []).map((task): Kept => ({ task, done: false })));
  }

  /** Changes with everything below. */
  get changes(): Readable<unknown> {
    return this.#kept;
  }

  leaves(channel: string): boolean {
    return this.#kept.get().some(({ task }) => task.kind === "leave" && task.channel === channel);
  }

  deletes(event: string): boolean {
    return this.#kept.get().some(({ task }) => task.kind === "delete" && task.event === event);
  }

  /** Gives the way to do it, which answers whether it worked; does what an earlier visit left. */
  connect(run: (task: Task) => Promise<boolean>): void {
    this.#run = run;
    for (const { task } of this.#kept.get()) void this.#finish(task);
  }

  /** Does `task` after the pause; the returned function takes it back. */
  plan(task: Task): () => void {
    this.#write([...this.#kept.get(), { task, done: false }]);
    const end = this.#timer.after(UNDO_MS, () => void this.#finish(task));
    return () => {
      end();
      this.#drop(task);
    };
  }

  /** Forgets the departures from channels that are in the list no more. */
  settle(channels: ReadonlySet<string>): void {
    const rest = this.#kept.get().filter(({ task, done }) => !done || channels.has(task.channel));
    if (rest.length !== this.#kept.get().length) this.#write(rest);
  }

  async #finish(task: Task): Promise<void> {
    const worked = await this.#run?.(task);
    // Not connected yet: it is done then.
    if (worked === undefined) return;
    if (worked && task.kind === "leave") this.#write(this.#kept.get().map((kept) => (kept.task === task ? { task, done: true } : kept)));
    else this.#drop(task);
  }

  #drop(task: Task): void {
    this.#write(this.#kept.get().filter((kept) => kept.task !== task));
  }

  #write(kept: readonly Kept[]): void {
    this.#kept.set(kept);
    const waiting = kept.filter(({ done }) => !done).map(({ task }) => task);
    if (waiting.length) this.#store.write(KEY, waiting);
    else this.#store.remove(KEY);
  }
}
