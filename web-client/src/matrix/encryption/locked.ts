import type { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { LockReason } from "../model";

const REASONS: Readonly<Partial<Record<DecryptionFailureCode, LockReason>>> = {
  MEGOLM_UNKNOWN_INBOUND_SESSION_ID: "no-key",
  OLM_UNKNOWN_MESSAGE_INDEX: "no-key",
  HISTORICAL_MESSAGE_WORKING_BACKUP: "no-key",
  HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED: "unverified",
  HISTORICAL_MESSAGE_NO_KEY_BACKUP: "no-backup",
  HISTORICAL_MESSAGE_USER_NOT_JOINED: "not-joined",
  MEGOLM_KEY_WITHHELD: "withheld",
  MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE: "withheld",
  SENDER_IDENTITY_PREVIOUSLY_VERIFIED: "identity",
  UNSIGNED_SENDER_DEVICE: "identity",
  UNKNOWN_SENDER_DEVICE: "identity",
};

/** Why an encrypted event is not readable now. */
export function lockReason(event: MatrixEvent): LockReason {
  const code = event.decryptionFailureReason;
  if (!code || event.isBeingDecrypted()) return "pending";
  return REASONS[code] ?? "broken";
}
