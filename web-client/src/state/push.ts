import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";
import { Turns } from "@/lib/turns";
import { type Pushing, type PushTarget, RequestFailed } from "@/matrix/api";

/** `blocked` when the browser was told no; `unsupported` when it has none of it; `unavailable` when the server has not. */
export type PushState = "on" | "off" | "starting" | "ending" | "blocked" | "unsupported" | "unavailable";

/** A subscription of this browser: where it takes pushes, and whose. */
export interface Subscribed extends PushTarget {
  /** The server key that it was made with; base64url. */
  server: string;
}

/** What pushes need of the browser; given, so that tests can stand in for it. */
export interface PushDesk {
  able(): boolean;
  /** Whether a push may come without anything being shown. Some browsers end the subscription of who does that. */
  quiet: boolean;
  permission(): NotificationPermission;
  ask(): Promise<NotificationPermission>;
  current(): Promise<Subscribed | null>;
  subscribe(server: string): Promise<Subscribed>;
  unsubscribe(): Promise<void>;
}

const KEY = "push";

/** What is kept: that pushes are wanted, how, and for which subscription. */
interface Kept {
  on: boolean;
  text: boolean;
  /** The key of the subscription that the server was last told of. */
  told: string | null;
}

const NOTHING: Kept = { on: false, text: true, told: null };

/**
 * Pushes of the server to this browser, for when ChatSphere is closed. Off until the person turns them on. A subscription
 * may end or change at any time: at each start, and when the browser says so, it is put right.
 */
export class PushModel {
  readonly #store: Store;
  readonly #desk: PushDesk;
  readonly #state: Value<PushState>;
  readonly #text: Value<boolean>;
  #pushing: Pushing | null = null;
  readonly #turns = new Turns();

  constructor(store: Store, desk: PushDesk) {
    this.#store = store;
    this.#desk = desk;
    this.#state = new Value(this.#read());
    this.#text = new Value(this.#kept.text);
  }

  get state(): Readable<PushState> {
    return this.#state;
  }

  /** Whether pushes say what messages say. */
  get text(): Readable<boolean> {
    return this.#text;
  }

  async connect(pushing: Pushing): Promise<void> {
    this.#pushing = pushing;
    await this.check();
  }

  /** Makes the server, the browser and the wish agree; what does not work now is tried at the next start. */
  async check(): Promise<void> {
    const { on, told } = this.#kept;
    if (on) await this.#turns.run(() => this.#settle()).catch(() => undefined);
    else if (told) await this.#turns.run(() => this.#end()).catch(() => undefined);
  }

  /** Turns it on or off. Called by a click: browsers ask for leave only then. */
  async set(on: boolean): Promise<void> {
    if (on && this.#desk.permission() === "default") await this.#desk.ask();
    this.#keep({ on: on && this.#desk.permission() === "granted" });
    await this.#change(on);
  }

  async setText(text: boolean): Promise<void> {
    this.#keep({ text });
    this.#text.set(text);
    if (this.#kept.on) await this.#change(true);
  }

  /** Ends the subscription of this browser: whoever signs in next must not get what is for this account. */
  async forget(): Promise<void> {
    if (!this.#desk.able() || !this.#kept.told) return;
    this.#keep({ on: false, told: null });
    await this.#desk.unsubscribe();
  }

  async #change(on: boolean): Promise<void> {
    const busy = on ? "starting" : "ending";
    this.#state.set(busy);
    try {
      await this.#turns.run(() => (on ? this.#settle() : this.#end()));
    } catch (error) {
      if (on) this.#keep({ on: this.#kept.told !== null });
      throw error;
    } finally {
      if (this.#state.get() === busy) this.#state.set(this.#read());
    }
  }

  async #settle(): Promise<void> {
    const pushing = this.#connected();
    if (this.#desk.permission() !== "granted") return this.#end();
    const server = await pushing.key();
    if (!server) {
      this.#keep({ on: false });
      this.#state.set("unavailable");
      return;
    }
    const target = await this.#subscription(server);
    const { told, text } = this.#kept;
    const wishes = { text, counts: this.#desk.quiet };
    if (told && told !== target.key) await pushing.remove(told);
    if (!(await pushing.has(target, wishes))) await pushing.set(target, wishes);
    this.#keep({ told: target.key });
    this.#state.set(this.#read());
  }

  async #subscription(server: string): Promise<Subscribed> {
    const current = await this.#desk.current();
    if (current?.server === server) return current;
    // The server has another key than before: with the old one it can't push.
    if (current) await this.#desk.unsubscribe();
    try {
      return await this.#desk.subscribe(server);
    } catch {
      throw new RequestFailed(t("The browser's push service can't be reached. Check your connection and try again."));
    }
  }

  async #end(): Promise<void> {
    const { told } = this.#kept;
    if (told) await this.#connected().remove(told);
    this.#keep({ on: false, told: null });
    await this.#desk.unsubscribe();
    this.#state.set(this.#read());
  }

  #connected(): Pushing {
    if (!this.#pushing) throw new RequestFailed(t("Still connecting. Try again in a moment."));
    return this.#pushing;
  }

  get #kept(): Kept {
    return { ...NOTHING, ...this.#store.read<Partial<Kept>>(KEY) };
  }

  #keep(change: Partial<Kept>): void {
    this.#store.write(KEY, { ...this.#kept, ...change });
  }

  #read(): PushState {
    if (!this.#desk.able()) return "unsupported";
    if (this.#desk.permission() === "denied") return "blocked";
    return this.#kept.on ? "on" : "off";
  }
}
