import type { CryptoCallbacks } from "matrix-js-sdk/lib/crypto-api/index.js";

/** Holds the recovery key while it is in use, so that the account's secrets can be opened; in memory alone. */
export class SecretKeys {
  readonly #known = new Map<string, Uint8Array<ArrayBuffer>>();

  readonly callbacks: CryptoCallbacks = {
    getSecretStorageKey: async ({ keys }) => {
      for (const id of Object.keys(keys)) {
        const key = this.#known.get(id);
        if (key) return [id, key];
      }
      return null;
    },
    cacheSecretStorageKey: (id, _info, key) => this.#known.set(id, key as Uint8Array<ArrayBuffer>),
  };

  hold(id: string, key: Uint8Array<ArrayBuffer>): void {
    this.#known.set(id, key);
  }

  forget(): void {
    this.#known.clear();
  }
}
