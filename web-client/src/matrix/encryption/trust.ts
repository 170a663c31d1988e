import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Encryption } from "../api";
import type { Doubt } from "../model";
import type { LazyCryptoClient } from "./gate";

export interface TrustCalls extends Pick<Encryption, "trust" | "acceptIdentity"> {
  /** Of an event that was decrypted, as the server gave it. */
  doubt(event: object): Promise<Doubt | null>;
}

/** What keeps a message from being vouched for, as far as a person should care; keys out of the backup are not told of. */
const DOUBTS: Readonly<Partial<Record<EventShieldReason, Doubt>>> = {
  [EventShieldReason.UNKNOWN_DEVICE]: "device",
  [EventShieldReason.UNSIGNED_DEVICE]: "device",
  [EventShieldReason.MISMATCHED_SENDER]: "identity",
  [EventShieldReason.VERIFICATION_VIOLATION]: "identity",
};

/** What is known of people's keys. */
export function trustCalls(client: LazyCryptoClient, backend: CryptoBackend): TrustCalls {
  return {
    trust: async (user) => {
      const status = await backend.getUserVerificationStatus(user);
      const known = status.known || (user !== client.getUserId() && (await backend.userHasCrossSigningKeys(user, true)));
      const identity = known ? status : null;
      const devices: Record<string, boolean> = {};
      for (const [id, device] of (await backend.getUserDeviceInfo([user], true)).get(user) ?? []) {
        if (!device.dehydrated) devices[id] = (await backend.getDeviceVerificationStatus(user, id))?.signedByOwner ?? false;
      }
      const changed = identity !== null && (identity.needsUserApproval || (identity.wasCrossSigningVerified() && !identity.isCrossSigningVerified()));
      return { state: changed ? "changed" : identity?.isCrossSigningVerified() ? "verified" : identity ? "known" : "none", devices };
    },
    doubt: async (raw) => {
      const event = new MatrixEvent(raw);
      // The SDK asks whether it was decrypted, then only for what it came with.
      event.getClearContent = () => ({});
      const reason = (await backend.getEncryptionInfoForEvent(event))?.shieldReason;
      return (reason !== null && reason !== undefined && DOUBTS[reason]) || null;
    },
    acceptIdentity: async (user) => {
      const status = await backend.getUserVerificationStatus(user);
      if (status.wasCrossSigningVerified()) await backend.withdrawVerificationRequirement(user);
      await backend.pinCurrentUserIdentity(user);
    },
  };
}
