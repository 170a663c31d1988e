/** A value that can be read now and watched. `get` returns the same reference until the value changes. */
export interface Readable<T> {
  get(): T;
  /** Calls `listener` after each change; the returned function stops that. */
  subscribe(listener: () => void): () => void;
}

/** A `Readable` that its owner may write. Writing an identical value tells nobody. */
export class Value<T> implements Readable<T> {
  #current: T;
  readonly #listeners = new Set<() => void>();

  constructor(initial: T) {
    this.#current = initial;
  }

  get = (): T => this.#current;

  set(next: T): void {
    if (Object.is(next, this.#current)) return;
    this.#current = next;
    // A copy, as a listener may subscribe another one.
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener();
  }

  update(change: (current: T) => T): void {
    this.set(change(this.#current));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** A value computed from others; recomputed lazily, and only when one of them has changed. */
export function derived<T>(sources: readonly Readable<unknown>[], compute: () => T): Readable<T> {
  let seen: unknown[] | null = null;
  let cached: T;
  return {
    get: () => {
      const now = sources.map((source) => source.get());
      const previous = seen;
      if (!previous || now.some((value, index) => !Object.is(value, previous[index]))) {
        seen = now;
        cached = compute();
      }
      return cached;
    },
    subscribe: (listener) => {
      const stops = sources.map((source) => source.subscribe(listener));
      return () => stops.forEach((stop) => stop());
    },
  };
}

/** A `Readable` that never changes. */
export function constant<T>(value: T): Readable<T> {
  return { get: () => value, subscribe: () => () => undefined };
}

/** Owns subscriptions and timers; `close` ends them all. */
export class Scope {
  #ends: (() => void)[] = [];
  #closed = false;

  add(end: () => void): void {
    if (this.#closed) end();
    else this.#ends.push(end);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    const ends = this.#ends;
    this.#ends = [];
    for (const end of ends) end();
  }
}
