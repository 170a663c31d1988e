import type { Encryption } from "@/matrix/api";
import type { EncryptionStatus } from "@/matrix/model";
import { useValue } from "@/ui/hooks";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const UNKNOWN: EncryptionStatus = { state: "off", verified: false, identity: false, recovery: false, backup: false, unverified: [], version: 0 };

/** How the account stands, `off` until the client runs. */
export function useEncryptionStatus(): EncryptionStatus {
  return useValueOf((matrix) => matrix.encryption.status, UNKNOWN);
}

/** The calls of encryption, `null` until the client runs. */
export function useEncryption(): Encryption | null {
  return useValue(useWorkspace().matrix)?.encryption ?? null;
}
