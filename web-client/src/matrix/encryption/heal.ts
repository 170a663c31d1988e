import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { MatrixClient } from "matrix-js-sdk/lib/client.js";

/** The SDK puts a key into the backup within ten seconds. Milliseconds. */
const LOOK_AFTER_MS = [6_000, 13_000, 25_000];

/**
 * Tries closed messages again for a while after this device was confirmed: a key that was made right before is not in the
 * backup yet, and the SDK asks the backup for it only when somebody tries to read.
 */
export function readAgain(client: MatrixClient, backend: CryptoBackend): void {
  for (const after of LOOK_AFTER_MS) {
    setTimeout(() => {
      const events = client.getRooms().flatMap((room) => room.getLiveTimeline().getEvents());
      for (const event of events) if (event.isDecryptionFailure()) void event.attemptDecryption(backend, { isRetry: true });
    }, after);
  }
}
