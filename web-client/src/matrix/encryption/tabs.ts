/** How long a tab waits for an answer before it asks again: the one that runs the store may just have changed. Milliseconds. */
const ASK_AGAIN_MS = 1000;

type Said =
  | { type: "ask"; id: string; name: string; args: unknown[] }
  | { type: "answer"; id: string; result: unknown }
  | { type: "refusal"; id: string; error: Refusal }
  | { type: "news"; name: string; value: unknown };

/** An error as it passes between tabs. */
export interface Refusal {
  message: string;
  code: string;
  status: number;
}

export type Handler = (name: string, args: unknown[]) => Promise<unknown>;

interface Open {
  said: Said;
  resolve: (result: unknown) => void;
  reject: (error: Refusal) => void;
}

/** The tabs of one device: which one leads, and what they ask of each other. */
export class Tabs {
  readonly #channel: BroadcastChannel;
  readonly #name: string;
  readonly #open = new Map<string, Open>();
  readonly #answered = new Map<string, Promise<Said>>();
  readonly #listeners = new Set<(name: string, value: unknown) => void>();
  #handler: Promise<Handler> | null = null;
  #serve: (handler: Handler) => void = () => undefined;
  #release: () => void = () => undefined;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(name: string) {
    this.#name = name;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<Said>) => this.#hear(data);
  }

  /** Whether this tab leads, decided at once. It then leads until it goes or is closed. */
  lead(): Promise<boolean> {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      void navigator.locks.request(this.#name, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (!lock) return undefined;
        return this.#hold();
      });
    });
  }

  /** Calls `take` when the tab that leads has gone and this one takes its place. */
  whenLeading(take: () => Promise<void>): void {
    void navigator.locks.request(this.#name, async () => {
      const held = this.#hold();
      // A tab that can't do it makes way for the next one.
      await take().catch(() => this.close());
      return held;
    });
  }

  /** Leads from now on; what the others ask waits until `serve`. */
  #hold(): Promise<void> {
    this.#handler = new Promise((resolve) => {
      this.#serve = resolve;
    });
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Leads no more, and hears nothing any more. */
  close(): void {
    this.#channel.close();
    if (this.#timer) clearInterval(this.#timer);
    this.#release();
  }

  /** Begins to do the other tabs' work, and this one's that is still open. */
  serve(handler: Handler): void {
    this.#serve(handler);
    for (const [id, { said, resolve, reject }] of this.#open) {
      this.#open.delete(id);
      if (said.type === "ask") handler(said.name, said.args).then(resolve, reject);
    }
  }

  /** Has the leading tab do something. */
  ask(name: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const said: Said = { type: "ask", id: crypto.randomUUID(), name, args };
      this.#open.set(said.id, { said, resolve, reject });
      this.#post(said);
      this.#timer ??= setInterval(() => this.#askAgain(), ASK_AGAIN_MS);
    });
  }

  #askAgain(): void {
    for (const { said } of this.#open.values()) this.#post(said);
    if (this.#open.size || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #post(said: Said): void {
    // A channel reaches this origin alone, and takes no other.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#channel.postMessage(said);
  }

  /** Tells all other tabs. */
  tell(name: string, value: unknown): void {
    this.#post({ type: "news", name, value });
  }

  onNews(listener: (name: string, value: unknown) => void): void {
    this.#listeners.add(listener);
  }

  #hear(said: Said): void {
    if (said.type === "news") for (const listener of this.#listeners) listener(said.name, said.value);
    else if (said.type === "ask") void this.#answer(said);
    else {
      const open = this.#open.get(said.id);
      this.#open.delete(said.id);
      if (said.type === "answer") open?.resolve(said.result);
      else open?.reject(said.error);
    }
  }

  /** Does what is asked once, however often it is asked. */
  async #answer(said: Said & { type: "ask" }): Promise<void> {
    const { id, name, args } = said;
    if (!this.#handler) return;
    let answer = this.#answered.get(id);
    if (!answer) {
      answer = this.#handler.then((handler) => handler(name, args)).then(
        (result): Said => ({ type: "answer", id, result }),
        (error: unknown): Said => ({ type: "refusal", id, error: refusal(error) }),
      );
      this.#answered.set(id, answer);
      void answer.then(() => setTimeout(() => this.#answered.delete(id), 60_000));
    }
    this.#post(await answer);
  }
}

function refusal(error: unknown): Refusal {
  const { message, code, status } = error as Partial<Refusal>;
  return { message: message ?? String(error), code: code ?? "", status: status ?? 0 };
}
