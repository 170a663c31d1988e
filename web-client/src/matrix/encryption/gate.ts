import { type ICreateClientOpts, MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { OnSyncCompletedData, SyncCryptoCallbacks, SyncCryptoChanges } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { Filter } from "matrix-js-sdk/lib/filter.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { type Room, RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import type { SyncApiOptions } from "matrix-js-sdk/lib/sync.js";
import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import { localStore } from "@/lib/storage";
import { RequestFailed } from "../api";
import type { EncryptionStatus, Verification } from "../model";
import type { Engine } from "./engine";
import { SecretKeys } from "./secrets";

const UNKNOWN: EncryptionStatus = { state: "off", verified: false, identity: false, recovery: false, backup: false, unverified: [], version: 0 };

/** A client whose encryption is loaded when a room first needs it. */
export class LazyCryptoClient extends MatrixClient {
  readonly gate: CryptoGate;
  readonly secrets: SecretKeys;

  constructor(options: ICreateClientOpts) {
    const secrets = new SecretKeys();
    super({ ...options, cryptoCallbacks: secrets.callbacks });
    this.secrets = secrets;
    this.gate = new CryptoGate(this);
  }

  /** The filter goes along with each sync, as it is small: to leave it with the server first would be one more question before the first. */
  override getOrCreateFilter(_name: string, filter: Filter): Promise<string> {
    return Promise.resolve(JSON.stringify(filter.getDefinition()));
  }

  protected override buildSyncApiOptions(): SyncApiOptions {
    return { ...super.buildSyncApiOptions(), cryptoCallbacks: this.gate };
  }
}

/** Holds the identifier of the device that has published keys: what is sent to it from then on must reach the engine. */
const ENGAGED = "crypto";

/**
 * Stands between the sync loop and the encryption engine, a WebAssembly program of two megabytes. The first encrypted
 * room or invitation loads it. From then on it is loaded at each start, and no sync is taken in before it is there: keys
 * that other devices send are given out once. If it can't be loaded then, the sync waits rather than lose them.
 */
export class CryptoGate implements SyncCryptoCallbacks {
  readonly #client: LazyCryptoClient;
  readonly #status = new Value<EncryptionStatus>(UNKNOWN);
  readonly #verifications = new Value<readonly Verification[]>([]);
  readonly #engaged: boolean;
  #opening: Promise<Engine> | null = null;
  #engine: Engine | null = null;

  constructor(client: LazyCryptoClient) {
    this.#client = client;
    this.#engaged = localStore.read(ENGAGED) === client.getDeviceId();
    const look = (room: Room) => this.#wanted(room) && this.start();
    client.on(RoomEvent.MyMembership, look);
    client.on(RoomStateEvent.Events, (event) => {
      const room = event.getType() === "m.room.encryption" ? client.getRoom(event.getRoomId()) : null;
      if (room) look(room);
    });
    if (this.#engaged) this.start();
  }

  get status(): Readable<EncryptionStatus> {
    return this.#status;
  }

  get verifications(): Readable<readonly Verification[]> {
    return this.#verifications;
  }

  reportVerifications(list: readonly Verification[]): void {
    this.#verifications.set(list);
  }

  /** The engine tells how the account stands. */
  report(status: EncryptionStatus): void {
    this.#status.set(status);
  }

  /** The engine if it is here already. */
  get engine(): Engine | null {
    return this.#engine;
  }

  /** The engine, loaded now if it was not yet. */
  need(): Promise<Engine> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Loads it without anyone waiting; `status` tells how that went. */
  start(): void {
    this.need().catch(() => undefined);
  }

  #enter(state: EncryptionStatus["state"]): void {
    this.#status.update((status) => ({ ...status, state }));
  }

  #wanted(room: Room): boolean {
    const membership = room.getMyMembership();
    return (membership === "join" || membership === "invite") && room.hasEncryptionStateEvent();
  }

  async #open(): Promise<Engine> {
    this.#enter("loading");
    try {
      const { openEngine } = await import("./engine");
      const engine = await openEngine(this.#client);
      localStore.write(ENGAGED, this.#client.getDeviceId());
      this.#engine = engine;
      this.#enter("ready");
      return engine;
    } catch {
      this.#opening = null;
      this.#enter("failed");
      throw new RequestFailed(t("Encryption could not be loaded. Check your connection and reload the page."));
    }
  }

  async processSyncChanges(changes: SyncCryptoChanges): ReturnType<SyncCryptoCallbacks["processSyncChanges"]> {
    if (this.#engine) return this.#engine.sync.processSyncChanges(changes);
    if (!this.#engaged) return changes.toDeviceEvents.map((message) => ({ message, encryptionInfo: null }));
    const engine = await this.need().catch(() => new Promise<never>(() => undefined));
    return engine.sync.processSyncChanges(changes);
  }

  async onCryptoEvent(room: Room, event: MatrixEvent): Promise<void> {
    if (this.#engine) await this.#engine.sync.onCryptoEvent(room, event);
    else this.start();
  }

  onSyncCompleted(state: OnSyncCompletedData): void {
    this.#engine?.sync.onSyncCompleted(state);
  }

  async markAllTrackedUsersAsDirty(): Promise<void> {
    await this.#engine?.sync.markAllTrackedUsersAsDirty();
  }
}
