import { type CryptoBackend, DecryptionError, type SyncCryptoCallbacks } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { RequestFailed } from "../api";
import type { EncryptionStatus, Verification } from "../model";
import type { EngineCalls } from "./calls";
import type { Engine } from "./engine";
import type { LazyCryptoClient } from "./gate";
import type { TabCalls } from "./local";
import type { Refusal, Tabs } from "./tabs";
import { wireOf } from "./wire";

/** The engine in a tab beside the one that runs it: everything is asked of that one. */
export class RemoteEngine implements Engine {
  readonly sync: SyncCryptoCallbacks;
  readonly calls: EngineCalls;
  readonly backend: CryptoBackend;
  readonly #waiting = new Set<MatrixEvent>();
  readonly #client: LazyCryptoClient;
  #closed = false;

  constructor(client: LazyCryptoClient, tabs: Tabs) {
    this.#client = client;
    const ask = asking(tabs);
    this.calls = ask as unknown as EngineCalls;
    this.sync = syncOf(ask);
    this.backend = backendOf(ask, this.sync, this.#waiting);
    tabs.onNews((name, value) => {
      if (this.#closed) return;
      if (name === "status") client.gate.report(value as EncryptionStatus);
      if (name === "verifications") client.gate.reportVerifications(value as Verification[]);
      if (name === "keys") this.#retry(value as string[]);
    });
    this.calls.status().then(
      (status) => client.gate.report(status),
      // It comes with the next change.
      () => undefined,
    );
  }

  /** This tab runs the engine itself from now on; what waits for keys waits there. */
  close(): void {
    this.#closed = true;
    for (const event of this.#waiting) void event.attemptDecryption(this.#client.getCrypto() as CryptoBackend, { isRetry: true });
    this.#waiting.clear();
  }

  #retry(sessions: string[]): void {
    for (const event of this.#waiting) {
      if (sessions.includes(String(event.getWireContent().session_id))) void event.attemptDecryption(this.backend, { isRetry: true });
    }
  }
}

/** Each call by its name is a question to the tab that leads. */
function asking(tabs: Tabs): TabCalls {
  return new Proxy({} as TabCalls, {
    get: (_target, name) => async (...args: unknown[]) => {
      try {
        return await tabs.ask(String(name), args);
      } catch (error) {
        const { message, code, status } = error as Refusal;
        throw new RequestFailed(message, code, status);
      }
    },
  });
}

/** Rooms' settings reach the leading tab by its own sync; messages between devices reach only one tab, this one maybe. */
function syncOf(ask: TabCalls): SyncCryptoCallbacks {
  const nothing = () => Promise.resolve();
  return {
    processSyncChanges: async (changes) => (await ask.processSync(changes)) as Awaited<ReturnType<SyncCryptoCallbacks["processSyncChanges"]>>,
    onCryptoEvent: nothing,
    onSyncCompleted: () => undefined,
    markAllTrackedUsersAsDirty: nothing,
  };
}

/** The part of the SDK's engine that its client calls by itself. */
function backendOf(ask: TabCalls, sync: SyncCryptoCallbacks, waiting: Set<MatrixEvent>): CryptoBackend {
  const part: Partial<CryptoBackend> = {
    ...sync,
    stop: () => undefined,
    isEncryptionEnabledInRoom: (room) => ask.isEncrypted(room),
    shareRoomHistoryWithUser: (room, user) => ask.shareHistory(room, user),
    markRoomAsPendingKeyBundle: (room, user) => ask.expectHistory(room, user),
    maybeAcceptKeyBundle: (room, user) => ask.takeHistory(room, user),
    prepareToEncrypt: () => undefined,
    encryptEvent: async (event, room) => {
      const { type, content, senderKey, claimedKey } = await ask.encrypt(room.roomId, event.getType(), event.getContent());
      event.makeEncrypted(type, content, senderKey, claimedKey);
    },
    decryptEvent: async (event) => {
      waiting.add(event);
      try {
        const clear = await ask.decrypt(wireOf(event));
        waiting.delete(event);
        return clear;
      } catch (error) {
        const { message, code } = error as RequestFailed;
        throw new DecryptionError(code as DecryptionFailureCode, message);
      }
    },
  };
  return part as CryptoBackend;
}
