import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/CryptoEvent.js";
import type { EncryptionStatus } from "../model";
import type { LazyCryptoClient } from "./gate";
import type { Tabs } from "./tabs";

const CHANGES = [
  CryptoEvent.KeysChanged, CryptoEvent.UserTrustStatusChanged, CryptoEvent.DevicesUpdated, CryptoEvent.KeyBackupStatus,
  CryptoEvent.KeyBackupDecryptionKeyCached,
] as const;

/** How the account stands with encryption, asked anew. */
export async function readStatus(client: LazyCryptoClient, backend: CryptoBackend): Promise<EncryptionStatus> {
  const me = client.getSafeUserId();
  const current = client.getDeviceId() ?? "";
  const devices = (await backend.getUserDeviceInfo([me])).get(me) ?? new Map();
  const verified = async (id: string) => (await backend.getDeviceVerificationStatus(me, id))?.crossSigningVerified ?? false;
  const unverified: string[] = [];
  for (const [id, device] of devices) if (id !== current && !device.dehydrated && !(await verified(id))) unverified.push(id);
  return {
    state: "ready",
    verified: await verified(current),
    // Not `userHasCrossSigningKeys`: it asks the server, whose answer would undo an identity that is being made.
    identity: (await backend.getUserVerificationStatus(me)).known,
    recovery: (await client.secretStorage.getDefaultKeyId()) !== null,
    backup: (await backend.getActiveSessionBackupVersion()) !== null,
    unverified,
    version: Date.now(),
  };
}

/** Reports the status after each change, here and in the other tabs. */
export function watchStatus(client: LazyCryptoClient, backend: CryptoBackend, tabs: Tabs): void {
  let planned = false;
  const refresh = () => {
    if (planned) return;
    planned = true;
    setTimeout(async () => {
      planned = false;
      // A stopped client has nothing to report.
      const status = await readStatus(client, backend).catch(() => null);
      if (!status) return;
      client.gate.report(status);
      tabs.tell("status", status);
    }, 100);
  };
  for (const change of CHANGES) client.on(change, refresh);
  client.on(ClientEvent.AccountData, (event) => {
    if (event.getType().startsWith("m.secret_storage.") || event.getType().startsWith("m.cross_signing.")) refresh();
  });
  refresh();
}
