import type { AuthDict } from "matrix-js-sdk/lib/interactive-auth.js";
import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

/** Proof of who one is, for a request that wants it. */
export function passwordProof(client: MatrixClient, password: string, session?: string): AuthDict {
  const identifier = { type: "m.id.user", user: client.getSafeUserId() };
  return { type: "m.login.password", identifier, password, ...(session === undefined ? {} : { session }) };
}

/**
 * Does what the server may want to be shown the password for, which it says to the first request. `password` is asked for
 * only then; nothing is done when it gives none.
 */
export async function withPassword<T>(client: MatrixClient, password: () => Promise<string | null>, send: (proof: AuthDict | null) => Promise<T>): Promise<T | undefined> {
  try {
    return await send(null);
  } catch (error) {
    const asked = (error as MatrixError).data as { session?: string; flows?: unknown } | undefined;
    if (!asked?.flows) throw error;
    const secret = await password();
    return secret === null ? undefined : await send(passwordProof(client, secret, asked.session));
  }
}
