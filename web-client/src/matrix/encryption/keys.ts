import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { t } from "@/lib/i18n";
import { type Encryption, RequestFailed } from "../api";

export type KeyCalls = Pick<Encryption, "exportKeys" | "importKeys">;

/** The keys of messages, to be taken along in a file. */
export function keyCalls(backend: CryptoBackend): KeyCalls {
  return {
    exportKeys: () => backend.exportRoomKeysAsJson(),
    importKeys: async (json) => {
      const count = countIn(json);
      await backend.importRoomKeysAsJson(json);
      return count;
    },
  };
}

function countIn(json: string): number {
  try {
    const keys: unknown = JSON.parse(json);
    if (Array.isArray(keys)) return keys.length;
  } catch {
    // Said below.
  }
  throw new RequestFailed(t("There are no message keys in this file."));
}
