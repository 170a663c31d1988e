import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { LazyCryptoClient } from "./gate";

/**
 * Gives an account that never encrypted before its identity, by which others know the person's devices, and a backup of
 * message keys. Servers take the first identity without asking for the password; one that asks leaves it to the person.
 */
export async function beginIdentity(client: LazyCryptoClient, backend: CryptoBackend): Promise<void> {
  if (await backend.userHasCrossSigningKeys(client.getSafeUserId(), true)) return;
  await backend.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (send) => send(null) });
  if (!(await backend.getKeyBackupInfo())) await backend.resetKeyBackup();
}
