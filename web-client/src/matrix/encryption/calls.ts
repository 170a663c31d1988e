import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { EncryptionStatus } from "../model";
import type { LazyCryptoClient } from "./gate";
import { OwedHistory } from "./history";
import { readStatus } from "./status";

/** What can be asked of the engine. Only plain data passes, since another tab may have to answer. */
export interface EngineCalls {
  status(): Promise<EncryptionStatus>;
  /** Shares the key for the next message ahead of it. */
  prepare(room: string): Promise<void>;
  /** Someone was invited: if they have no device yet that encrypts, it gets the keys of what is written until it comes. */
  owe(room: string, users: readonly string[]): Promise<void>;
}

export function engineCalls(client: LazyCryptoClient, backend: CryptoBackend): EngineCalls {
  const owed = new OwedHistory(client, backend);
  return {
    status: () => readStatus(client, backend),
    prepare: async (id) => {
      const room = client.getRoom(id);
      if (room) backend.prepareToEncrypt(room);
    },
    owe: (room, users) => owed.owe(room, users),
  };
}
