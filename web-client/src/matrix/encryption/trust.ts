import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { Trust } from "../model";
import type { LazyCryptoClient } from "./gate";

export interface TrustCalls {
  trust(user: string): Promise<Trust>;
  acceptIdentity(user: string): Promise<void>;
}

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
    acceptIdentity: async (user) => {
      const status = await backend.getUserVerificationStatus(user);
      if (status.wasCrossSigningVerified()) await backend.withdrawVerificationRequirement(user);
      await backend.pinCurrentUserIdentity(user);
    },
  };
}
