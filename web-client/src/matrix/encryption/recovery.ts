import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { deriveRecoveryKeyFromPassphrase } from "matrix-js-sdk/lib/crypto-api/key-passphrase.js";
import type { GeneratedSecretStorageKey } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { UIAuthCallback } from "matrix-js-sdk/lib/interactive-auth.js";
import type { SecretStorageKey, SecretStorageKeyDescriptionAesV1 } from "matrix-js-sdk/lib/secret-storage.js";
import { t } from "@/lib/i18n";
import { type Encryption, RequestFailed } from "../api";
import { withPassword } from "../password";
import type { LazyCryptoClient } from "./gate";

const SECRETS: readonly SecretStorageKey[] = ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing", "m.megolm_backup.v1"];

export type RecoveryCalls = Pick<Encryption, "newRecoveryKey" | "keepRecoveryKey" | "recover" | "resetIdentity" | "finishBackup">;

/** The SDK uploads a new key within ten seconds. Milliseconds. */
const BACKUP_WAIT_MS = 15_000;

/** What the SDK doesn't tell otherwise: how many keys there are, and how many of them are in the backup. */
interface Counting {
  olmMachine: { roomKeyCounts(): Promise<{ total: number; backedUp: number }> };
}

/** The recovery key: opens the account's secrets on the server, with which a new device can be confirmed and read the backup. */
export class Recovery implements RecoveryCalls {
  readonly #client: LazyCryptoClient;
  readonly #backend: CryptoBackend;
  #made: GeneratedSecretStorageKey | null = null;

  constructor(client: LazyCryptoClient, backend: CryptoBackend) {
    this.#client = client;
    this.#backend = backend;
  }

  /** Makes a key to be written down. It is worth something only after `keepRecoveryKey`. */
  newRecoveryKey = async (): Promise<string> => {
    this.#made = await this.#backend.createRecoveryKeyFromPassphrase();
    return this.#made.encodedPrivateKey ?? "";
  };

  /** Locks the account's secrets with the key made last; an earlier one opens them no more. */
  keepRecoveryKey = async (): Promise<void> => {
    const made = this.#made;
    if (!made) throw new RequestFailed(t("There is no new recovery key. Begin again."));
    try {
      const setupNewKeyBackup = (await this.#backend.getKeyBackupInfo()) === null;
      await this.#backend.bootstrapSecretStorage({ createSecretStorageKey: async () => made, setupNewSecretStorage: true, setupNewKeyBackup });
      this.#made = null;
    } finally {
      this.#client.secrets.forget();
    }
  };

  /** Confirms this device with the recovery key, or the phrase of one, and opens the backup of message keys. */
  recover = async (secret: string): Promise<void> => {
    const found = await this.#client.secretStorage.getKey();
    if (!found) throw new RequestFailed(t("This account has no recovery key."));
    const [id, info] = found;
    const key = await keyFrom(secret, info);
    if (!key || !(await this.#client.secretStorage.checkKey(key, info))) throw new RequestFailed(t("That is not the recovery key of this account."));
    this.#client.secrets.hold(id, key);
    try {
      await this.#backend.bootstrapCrossSigning({});
      await this.#openBackup();
    } finally {
      this.#client.secrets.forget();
    }
  };

  async #openBackup(): Promise<void> {
    if (!(await this.#backend.getKeyBackupInfo())) return void (await this.#backend.resetKeyBackup());
    if (!(await this.#client.secretStorage.isStored("m.megolm_backup.v1"))) return;
    await this.#backend.loadSessionBackupPrivateKeyFromSecretStorage();
    await this.#backend.checkKeyBackupAndEnable();
  }

  /**
   * Begins anew when every device and the recovery key are lost: a new identity, a new backup; what the old keys opened
   * stays closed. The server wants the password. Until it has agreed, nothing of the old is given up.
   */
  resetIdentity = async (password: string | null): Promise<void> => {
    const { secretStorage } = this.#client;
    const old = await secretStorage.getDefaultKeyId();
    if (old) await secretStorage.setDefaultKeyId(null);
    try {
      await this.#backend.bootstrapCrossSigning({ setupNewCrossSigning: true, authUploadDeviceSigningKeys: proving(this.#client, password) });
    } catch (error) {
      if (old) await secretStorage.setDefaultKeyId(old);
      throw error;
    }
    for (const secret of SECRETS) await secretStorage.store(secret, null);
    await this.#dropBackups();
    await this.#backend.resetKeyBackup();
  };

  /** Waits until every key is in the backup, before the last words are lost with this device; not for ever. */
  finishBackup = async (): Promise<void> => {
    if ((await this.#backend.getActiveSessionBackupVersion()) === null) return;
    const { olmMachine } = this.#backend as unknown as Counting;
    const end = Date.now() + BACKUP_WAIT_MS;
    while (Date.now() < end) {
      const { total, backedUp } = await olmMachine.roomKeyCounts();
      if (backedUp >= total) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };

  async #dropBackups(): Promise<void> {
    for (;;) {
      // Asks the server, where `getKeyBackupInfo` would tell what it was before.
      const version = (await this.#backend.checkKeyBackupAndEnable())?.backupInfo.version;
      if (!version) return;
      await this.#backend.deleteKeyBackupVersion(version);
    }
  }
}

/** The key itself, or the phrase that some clients let people choose. */
async function keyFrom(secret: string, info: SecretStorageKeyDescriptionAesV1): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return decodeRecoveryKey(secret.trim());
  } catch {
    const { passphrase } = info;
    return passphrase ? deriveRecoveryKeyFromPassphrase(secret, passphrase.salt, passphrase.iterations) : null;
  }
}

/** How the SDK asks for the proof that the server wants. */
function proving(client: LazyCryptoClient, password: string | null): UIAuthCallback<void> {
  const known = async () => {
    if (password === null) throw new RequestFailed(t("The server wants your password for that."), "PASSWORD");
    return password;
  };
  return async (send) => {
    await withPassword(client, known, async (proof) => {
      if (!proof) return send(null);
      return send(proof).catch((refused: MatrixError) => {
        throw refused.httpStatus === 401 ? new RequestFailed(t("The password is not right."), "M_FORBIDDEN", 401) : refused;
      });
    });
  };
}
