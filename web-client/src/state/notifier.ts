import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";
import type { Channel, Notice } from "@/matrix/model";
import { formatRoute, type Router } from "./router";

/** `blocked` when the browser was told never to show any; `unsupported` when it has none. */
export type NotifierState = "on" | "off" | "blocked" | "unsupported";

/** What the notifier needs of the browser; given, so that tests can stand in for it. */
export interface Desk {
  /** `null` where there are no notifications. */
  permission(): NotificationPermission | null;
  ask(): Promise<NotificationPermission>;
  /** Whether the person looks at this channel now. */
  looksAt(channel: string): boolean;
  /** Whether this channel can be seen now, looked at or not. */
  hasOpen(channel: string): boolean;
  /** Shows a notification; a click on it leads to `path`. */
  show(title: string, body: string, tag: string, path: string): void;
  /** Takes back what was shown with this tag. */
  clear(tag: string): void;
  /** The tags of what is shown now, by this page or not. */
  shown(): Promise<readonly string[]>;
}

const KEY = "notify";

/** Tells of messages through the system while the person looks elsewhere. Off until they turn it on. */
export class Notifier {
  readonly #store: Store;
  readonly #desk: Desk;
  readonly #state: Value<NotifierState>;
  /** The time of the newest message told of each channel. Milliseconds. */
  readonly #told = new Map<string, number>();

  constructor(store: Store, desk: Desk) {
    this.#store = store;
    this.#desk = desk;
    this.#state = new Value(this.#read());
  }

  get state(): Readable<NotifierState> {
    return this.#state;
  }

  /** Turns it on or off; asks the browser for leave when that is needed. */
  async set(on: boolean): Promise<void> {
    if (on && this.#desk.permission() === "default") await this.#desk.ask();
    this.#store.write(KEY, on);
    this.#state.set(this.#read());
  }

  tell(notice: Notice): void {
    if (this.#state.get() !== "on" || this.#desk.looksAt(notice.channel)) return;
    const title = notice.channelName === notice.sender.name ? notice.sender.name : t("{name} in {channel}", { name: notice.sender.name, channel: notice.channelName });
    this.#told.set(notice.channel, notice.ts);
    this.#desk.show(title, notice.text, notice.channel, formatRoute({ channel: notice.channel, event: notice.event, thread: null, panel: null }));
  }

  /** Whether this page sees to a message itself: it shows the channel, or will tell. Otherwise a push of it is for the service worker. */
  handles(channel: string, live: boolean): boolean {
    return this.#desk.hasOpen(channel) || (live && this.#state.get() === "on");
  }

  /** Looks after what was shown while no page did; `follow` takes it back. */
  async adopt(): Promise<void> {
    for (const tag of await this.#desk.shown()) if (!this.#told.has(tag)) this.#told.set(tag, 0);
  }

  /** Takes back what was told of a channel once that is read, here or elsewhere. */
  follow(channels: readonly Pick<Channel, "id" | "unread" | "mentions" | "quiet" | "lastTs">[]): void {
    for (const [channel, ts] of this.#told) {
      const line = channels.find(({ id }) => id === channel);
      // A list that does not know the message yet has not counted it either, and the server may count it after it has sent it.
      if (line && (line.unread + line.mentions > 0 || line.quiet || line.lastTs < ts)) continue;
      this.#told.delete(channel);
      this.#desk.clear(channel);
    }
  }

  /** Takes back everything that was told. */
  clearAll(): void {
    for (const channel of this.#told.keys()) this.#desk.clear(channel);
    this.#told.clear();
  }

  #read(): NotifierState {
    const permission = this.#desk.permission();
    if (permission === null) return "unsupported";
    if (permission === "denied") return "blocked";
    return permission === "granted" && this.#store.read<boolean>(KEY) === true ? "on" : "off";
  }
}

/** The real browser. */
export function browserDesk(router: Router): Desk {
  const able = "Notification" in globalThis;
  const isOpen = (channel: string) => document.visibilityState === "visible" && router.route.get().channel === channel;
  return {
    permission: () => (able ? Notification.permission : null),
    ask: () => Notification.requestPermission(),
    looksAt: (channel) => document.hasFocus() && isOpen(channel),
    hasOpen: isOpen,
    show(title, body, tag, path) {
      const options = { body, tag, icon: "/icon.svg", data: { path } };
      void navigator.serviceWorker?.getRegistration().then((worker) => {
        // Phones show them through the service worker only.
        if (worker) return worker.showNotification(title, options);
        const shown = new Notification(title, options);
        shown.addEventListener("click", () => {
          window.focus();
          router.visit(path);
        });
        return undefined;
      });
    },
    async shown() {
      const worker = await navigator.serviceWorker?.getRegistration();
      return ((await worker?.getNotifications()) ?? []).map((notification) => notification.tag);
    },
    clear(tag) {
      void navigator.serviceWorker?.getRegistration().then(async (worker) => {
        for (const shown of (await worker?.getNotifications({ tag })) ?? []) shown.close();
      });
    },
  };
}
