import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { EncryptionStatus } from "../model";
import type { LazyCryptoClient } from "./gate";
import { OwedHistory } from "./history";
import { type KeyCalls, keyCalls } from "./keys";
import { Recovery, type RecoveryCalls } from "./recovery";
import { seal, unseal } from "./sealing";
import { readStatus } from "./status";
import type { Tabs } from "./tabs";
import { type TrustCalls, trustCalls } from "./trust";
import { type VerificationCalls, Verifications } from "./verification";

/** What can be asked of the engine. Only plain data passes, since another tab may have to answer. */
export interface EngineCalls extends RecoveryCalls, VerificationCalls, TrustCalls, KeyCalls {
  status(): Promise<EncryptionStatus>;
  /** Something is about to be written: shares the key for it ahead, and remembers whom it can't be shared with yet. */
  prepare(room: string): Promise<void>;
  /** Someone was invited: if they have no device yet that encrypts, it gets the keys of what is written until it comes. */
  owe(room: string, users: readonly string[]): Promise<void>;
  /** Encrypts the content of an event that is sent later, for those who are in the room now. */
  sealLater(room: string, type: string, content: object): Promise<object>;
  /** Opens what `sealLater` made. */
  openLater(room: string, content: object): Promise<object>;
}

export function engineCalls(client: LazyCryptoClient, backend: CryptoBackend, tabs: Tabs): EngineCalls {
  const owed = new OwedHistory(client, backend);
  return {
    status: () => readStatus(client, backend),
    prepare: async (id) => {
      const room = client.getRoom(id);
      if (!room) return;
      backend.prepareToEncrypt(room);
      await owed.writing(room);
    },
    owe: (room, users) => owed.owe(room, users),
    sealLater: async (room, type, content) => (await seal(client, backend, room, type, content)).content,
    openLater: (room, content) => unseal(client, backend, room, content),
    ...trustCalls(client, backend),
    ...keyCalls(backend),
    // Their calls are own properties: what is inherited would not be copied.
    ...new Recovery(client, backend),
    ...new Verifications(client, backend, tabs),
  };
}
