import type { CryptoBackend, EventDecryptionResult, SyncCryptoCallbacks, SyncCryptoChanges } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { t } from "@/lib/i18n";
import { request } from "../client";
import { type EngineCalls, engineCalls } from "./calls";
import type { Engine } from "./engine";
import type { LazyCryptoClient } from "./gate";
import { type Sealed, seal } from "./sealing";
import { watchStatus } from "./status";
import type { Tabs } from "./tabs";

/** What tabs ask of the one that leads, besides the calls of the client. */
export interface TabCalls {
  encrypt(room: string, type: string, content: object): Promise<Sealed>;
  decrypt(event: object): Promise<EventDecryptionResult>;
  processSync(changes: SyncCryptoChanges): Promise<unknown>;
  isEncrypted(room: string): Promise<boolean>;
  shareHistory(room: string, user: string): Promise<void>;
  expectHistory(room: string, user: string): Promise<void>;
  takeHistory(room: string, user: string): Promise<boolean>;
}

/** The engine in the tab that runs it. */
export class LocalEngine implements Engine {
  readonly sync: SyncCryptoCallbacks;
  readonly calls: EngineCalls;

  constructor(client: LazyCryptoClient, backend: CryptoBackend, tabs: Tabs) {
    this.sync = backend;
    this.calls = plainErrors(engineCalls(client, backend, tabs));
    const all = { ...this.calls, ...tabCalls(client, backend) } as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    tabs.serve(async (name, args) => {
      const call = Object.hasOwn(all, name) ? all[name] : undefined;
      if (!call) throw new Error(`no call ${name}`);
      return call(...args);
    });
    tellOfKeys(backend, tabs);
    watchStatus(client, backend, tabs);
  }
}

/** Errors as the rest of the client and other tabs understand them. */
function plainErrors(calls: EngineCalls): EngineCalls {
  const guard = ([name, call]: [string, (...args: never[]) => Promise<unknown>]) => [name, (...args: never[]) => request(() => call(...args), t("That did not work. Try again in a moment."))];
  return Object.fromEntries(Object.entries(calls).map(guard)) as EngineCalls;
}

/** The SDK tells only itself of new keys; the other tabs wait for them as well. */
function tellOfKeys(backend: CryptoBackend, tabs: Tabs): void {
  const told = backend as unknown as { onRoomKeysUpdated(keys: { sessionId: string }[]): Promise<void> };
  const own = told.onRoomKeysUpdated.bind(backend);
  told.onRoomKeysUpdated = async (keys) => {
    const sessions = keys.map((key) => key.sessionId);
    await own(keys);
    tabs.tell("keys", sessions);
  };
}

function tabCalls(client: LazyCryptoClient, backend: CryptoBackend): TabCalls {
  return {
    encrypt: (room, type, content) => seal(client, backend, room, type, content),
    decrypt: (event) => backend.decryptEvent(new MatrixEvent(event)),
    processSync: (changes) => backend.processSyncChanges(changes),
    isEncrypted: (room) => backend.isEncryptionEnabledInRoom(room),
    shareHistory: (room, user) => backend.shareRoomHistoryWithUser(room, user),
    expectHistory: (room, user) => backend.markRoomAsPendingKeyBundle(room, user),
    takeHistory: (room, user) => backend.maybeAcceptKeyBundle(room, user),
  };
}
