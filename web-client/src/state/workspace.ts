import { t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import { derived, type Readable, Value } from "@/lib/observable";
import { forgetEverything, localStore } from "@/lib/storage";
import type { Matrix } from "@/matrix/api";
import type { Channel, Connection, Person } from "@/matrix/model";
import { SignedOut } from "@/matrix/tokens";
import { Drafts } from "./drafts";
import { openDialog } from "./dialogs";
import { browserDesk, Notifier } from "./notifier";
import { Outbox } from "./outbox";
import { PushModel } from "./push";
import { browserPush, followWorker } from "./push-desk";
import { Router } from "./router";
import { Snapshots } from "./snapshot";
import { SpaceChoice } from "./spaces";
import { ACTIVE, StatusModel } from "./status";
import { SCHEDULED, ScheduledModel } from "./scheduled";
import type { ThemeChoice } from "./theme";
import { Toasts } from "./toasts";
import { type Task, Undoables } from "./undoable";
import { watchVerifications } from "./verifications";

/** How long signing out waits for the browser to end its push subscription. Milliseconds. */
const FORGET_MS = 3000;

/** Blob addresses of media; the part of the media store that drawing needs. */
export interface MediaUrls {
  peek(mxc: string, width?: number, height?: number): string | null;
  url(mxc: string, width?: number, height?: number): Promise<string>;
}

export interface WorkspaceParts {
  userId: string;
  theme: ThemeChoice;
  media: MediaUrls;
  /** Asks the server what channels there are, without the SDK: on a first visit, where nothing else could be drawn. */
  lookAhead(): Promise<readonly Channel[]>;
  /** Loads the SDK and starts the account's client, once what can be drawn without it has been. */
  connect(): Promise<Matrix>;
  /** Whether the session is still kept in this browser: another tab may have ended it. */
  signedIn(): boolean;
  /** Ends the session on the server. */
  signOut(): Promise<void>;
}

/** As long as loading the SDK waits for the server's first answer. Milliseconds. */
const LOOK_AHEAD_MS = 500;

/**
 * Everything of one signed-in account that outlives a single view. Until the client has started, the values hold what
 * the last visit left, so that views draw the same way before and after.
 */
export class Workspace {
  readonly userId: string;
  readonly theme: ThemeChoice;
  readonly media: MediaUrls;
  readonly router = new Router();
  readonly toasts = new Toasts();
  readonly outbox = new Outbox(localStore);
  readonly drafts = new Drafts(localStore);
  readonly snapshots = new Snapshots(localStore);
  readonly status = new StatusModel(localStore);
  readonly spaces = new SpaceChoice(localStore);
  readonly scheduled = new ScheduledModel(localStore);
  readonly undoables = new Undoables(localStore);
  readonly notifier = new Notifier(localStore, browserDesk(this.router));
  readonly push = new PushModel(localStore, browserPush);
  readonly #parts: WorkspaceParts;
  readonly #matrix = new Value<Matrix | null>(null);
  readonly #channels: Value<readonly Channel[]>;
  readonly #me: Value<Person>;
  readonly #connection = new Value<Connection>("starting");
  readonly #failure = new Value<string | null>(null);
  /** Signed out: nothing may be written any more. */
  #left = false;
  /** The last visit has left nothing to draw. */
  readonly #empty: boolean;
  readonly #shown: Readable<readonly Channel[]>;

  constructor(parts: WorkspaceParts) {
    this.#parts = parts;
    this.userId = parts.userId;
    this.theme = parts.theme;
    this.media = parts.media;
    const kept = this.snapshots.read(parts.userId);
    this.#channels = new Value(kept?.channels ?? []);
    this.#shown = derived([this.#channels, this.undoables.changes], () => this.#channels.get().filter((channel) => !this.undoables.leaves(channel.id)));
    this.#empty = kept === null;
    this.#me = new Value(kept?.me ?? { id: parts.userId, name: localpart(parts.userId), avatar: null });
  }

  get matrix(): Readable<Matrix | null> {
    return this.#matrix;
  }
  get channels(): Readable<readonly Channel[]> {
    return this.#shown;
  }

  get me(): Readable<Person> {
    return this.#me;
  }
  get connection(): Readable<Connection> {
    return this.#connection;
  }
  /** Why the client could not start. */
  get failure(): Readable<string | null> {
    return this.#failure;
  }

  async start(): Promise<void> {
    this.#failure.set(null);
    try {
      // Loading the SDK holds up all drawing: what the server says before goes first, if it comes soon.
      if (this.#empty) await Promise.race([this.#lookAhead(), new Promise((resolve) => setTimeout(resolve, LOOK_AHEAD_MS))]);
      const matrix = await this.#parts.connect();
      this.#follow(matrix.channels, this.#channels);
      this.#follow(matrix.me, this.#me);
      this.#follow(matrix.connection, this.#connection);
      this.#matrix.set(matrix);
      this.outbox.connect(matrix);
      this.status.connect(matrix);
      this.undoables.connect((task) => this.#carryOut(task));
      this.#channels.subscribe(() => this.#settle());
      for (const name of ["pointerdown", "keydown", "wheel", "focus"]) addEventListener(name, () => this.status.active(), { passive: true, capture: true });
      this.#followScheduled(matrix);
      this.#followPushes(matrix);
      this.#followSignOut();
      watchVerifications(matrix.encryption, this.toasts);
      addEventListener("storage", ({ key }) => key?.endsWith(ACTIVE) && this.status.look());
      matrix.onNotice((notice) => this.notifier.tell(notice));
      this.#connection.subscribe(() => {
        if (this.#connection.get() === "live") {
          this.outbox.resume();
          void this.scheduled.refresh();
          void this.#adopt();
        }
        if (this.#connection.get() === "ended") void this.#leave();
      });
      this.#keepSnapshot();
    } catch (error) {
      if (error instanceof SignedOut) return this.#leave();
      this.#failure.set(error instanceof Error ? error.message : t("ChatSphere could not start."));
    }
  }

  /** Draws what the server says before the client runs. */
  async #lookAhead(): Promise<void> {
    try {
      const channels = await this.#parts.lookAhead();
      if (!this.#matrix.get()) this.#channels.set(channels);
    } catch {
      // The client will say what is wrong with the connection.
    }
  }

  async #carryOut(task: Task): Promise<boolean> {
    const done = await this.attempt(async (matrix) => {
      await (task.kind === "leave" ? matrix.leave(task.channel) : matrix.redact(task.channel, task.event));
      return true;
    });
    return done === true;
  }

  /** What was left is in the list no more; what was read tells nobody any more. */
  #settle(): void {
    const channels = this.#channels.get();
    this.undoables.settle(new Set(channels.map((channel) => channel.id)));
    this.notifier.follow(channels);
  }

  #follow<T>(from: Readable<T>, to: Value<T>): void {
    to.set(from.get());
    from.subscribe(() => to.set(from.get()));
  }

  /** Writes the snapshot a moment after changes, and when the page is hidden. */
  #keepSnapshot(): void {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const write = () => {
      timer = null;
      if (this.#left) return;
      this.snapshots.write({ userId: this.userId, me: this.#me.get(), channels: this.#channels.get() });
    };
    const plan = () => (timer ??= setTimeout(write, 1000));
    this.#channels.subscribe(plan);
    this.#me.subscribe(plan);
    write();
    addEventListener("pagehide", write);
  }

  channel(id: string | null): Channel | null {
    return id ? (this.#channels.get().find((channel) => channel.id === id) ?? null) : null;
  }

  /** Runs something for the person, and tells them when it failed. `undefined` then. */
  async attempt<T>(work: (matrix: Matrix) => Promise<T>): Promise<T | undefined> {
    const matrix = this.#matrix.get();
    if (!matrix) {
      this.toasts.show(t("Still connecting. Try again in a moment."));
      return undefined;
    }
    try {
      return await work(matrix);
    } catch (error) {
      this.toasts.problem(error);
      return undefined;
    }
  }

  async signOut(): Promise<void> {
    const encryption = this.#matrix.get()?.encryption;
    if (encryption?.status.get().state === "ready") {
      const toast = this.toasts.show(t("Putting the keys of your last messages into the backup…"), { ms: 20_000 });
      await encryption.finishBackup().catch(() => undefined);
      this.toasts.dismiss(toast);
    }
    // Others see at once that one has gone.
    await this.#matrix.get()?.setPresence("offline").catch(() => undefined);
    await this.#parts.signOut();
    await this.#leave();
  }

  /** Closes the account for good. Throws when the server does not. */
  async deactivate(password: string, erase: boolean): Promise<void> {
    const matrix = this.#matrix.get();
    if (!matrix) throw new Error(t("Still connecting. Try again in a moment."));
    await matrix.deactivate(password, erase);
    await this.#leave();
  }

  #followPushes(matrix: Matrix): void {
    followWorker((channel) => this.notifier.handles(channel, this.#connection.get() === "live"), () => void this.push.check());
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#connection.get() === "live" && void this.#adopt());
    if (this.#connection.get() === "live") void this.#adopt();
    void this.push.connect(matrix.pushing);
  }

  /** What pushes have told of while no page did, and what is read by now. */
  async #adopt(): Promise<void> {
    await this.notifier.adopt();
    this.notifier.follow(this.#channels.get());
  }

  #followScheduled(matrix: Matrix): void {
    const tell = (text: string) => this.toasts.show(text, { tone: "problem", action: { label: t("View"), run: () => openDialog({ type: "scheduled" }) } });
    void this.scheduled.connect(matrix.later, tell);
    addEventListener("storage", ({ key }) => key?.endsWith(SCHEDULED) && this.scheduled.reread());
    // What was changed on another device is seen when one comes back to this one.
    addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.scheduled.refresh());
  }

  /** Another tab has signed out, and removes everything: this one lets go of it, or it could not. */
  #followSignOut(): void {
    addEventListener("storage", () => {
      if (this.#left || this.#parts.signedIn()) return;
      this.#left = true;
      this.#matrix.get()?.stop();
      location.replace("/");
    });
  }

  /** Removes every trace from this browser and begins anew. */
  async #leave(): Promise<void> {
    this.#left = true;
    this.#matrix.get()?.stop();
    await this.notifier.adopt();
    this.notifier.clearAll();
    // The browser asks its push service, which may be out of reach.
    await Promise.race([this.push.forget().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, FORGET_MS))]);
    await forgetEverything();
    location.replace("/");
  }
}
