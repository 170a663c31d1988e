import type { Encryption } from "../api";
import type { EngineCalls } from "./calls";
import type { LazyCryptoClient } from "./gate";

type Call = (...args: unknown[]) => Promise<unknown>;

/** Encryption as the rest of the client sees it: each call loads the engine if it is not here. */
export function encryptionOf(client: LazyCryptoClient): Encryption {
  const { gate } = client;
  const values = { status: gate.status, verifications: gate.verifications };
  return new Proxy(values as Encryption, {
    get: (target, name: keyof EngineCalls & keyof Encryption) =>
      target[name] ?? (async (...args: unknown[]) => ((await gate.need()).calls[name] as Call)(...args)),
  });
}
