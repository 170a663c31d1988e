import type { Encryption } from "../api";
import type { LazyCryptoClient } from "./gate";

/** Encryption as the rest of the client sees it. */
export function encryptionOf(client: LazyCryptoClient): Encryption {
  return { status: client.gate.status };
}
