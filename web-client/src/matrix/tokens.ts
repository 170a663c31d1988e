import { localStore } from "@/lib/storage";

/** A signed-in device, as kept between starts. */
export interface Session {
  userId: string;
  deviceId: string;
  /** Where the client API answers, without a slash at the end. */
  baseUrl: string;
  accessToken: string;
  /** Absent when the server gives tokens that do not end. */
  refreshToken?: string;
  /** Milliseconds; when the access token ends. */
  expiresAt?: number;
}

const KEY = "session";
/** A token that ends within this time is renewed before it is used. */
const MARGIN_MS = 30_000;

export function loadSession(): Session | null {
  const session = localStore.read<Session>(KEY);
  return session?.userId && session.accessToken && session.deviceId ? session : null;
}

export function saveSession(session: Session): void {
  localStore.write(KEY, session);
}

/** The server said that this device is signed in no more. */
export class SignedOut extends Error {}

/**
 * Hands out an access token that works. All tabs of one account share the tokens: a lock lets one of them renew and
 * the others read what it stored, since a refresh token serves once.
 */
export class Tokens {
  #session: Session;
  #renewal: Promise<void> | null = null;
  onSignedOut: (() => void) | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  get session(): Session {
    return this.#session;
  }

  /** A token for a request made now. Throws `SignedOut`, or what `fetch` throws when the server cannot be reached. */
  async fresh(): Promise<string> {
    const { expiresAt, refreshToken } = this.#session;
    if (refreshToken && expiresAt && expiresAt - Date.now() < MARGIN_MS) await this.renew(this.#session.accessToken);
    return this.#session.accessToken;
  }

  /** Renews after the server refused `refused`. */
  async renew(refused: string): Promise<void> {
    if (this.#session.accessToken !== refused) return;
    this.#renewal ??= withLock(() => this.#renewOnce(refused)).finally(() => {
      this.#renewal = null;
    });
    await this.#renewal;
  }

  async #renewOnce(refused: string): Promise<void> {
    const stored = loadSession();
    if (stored && stored.deviceId === this.#session.deviceId && stored.accessToken !== refused) {
      this.#session = stored;
      return;
    }
    const refreshToken = this.#session.refreshToken;
    if (!refreshToken) return this.#end();
    const response = await fetch(`${this.#session.baseUrl}/_matrix/client/v3/refresh`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    if (response.status === 401 || response.status === 403) return this.#end();
    if (!response.ok) throw new Error(`The server did not renew the access (${response.status})`);
    const answer = (await response.json()) as { access_token: string; refresh_token?: string; expires_in_ms?: number };
    this.#session = {
      ...this.#session,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? refreshToken,
      ...(answer.expires_in_ms ? { expiresAt: Date.now() + answer.expires_in_ms } : {}),
    };
    saveSession(this.#session);
  }

  #end(): never {
    this.onSignedOut?.();
    throw new SignedOut("This device is signed out");
  }

  /** `fetch` with a working token; retries once when the server knows the token no more. */
  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const token = await this.fresh();
    const response = await fetch(input, withToken(init, token));
    if (response.status !== 401) return response;
    const answer = (await response.clone().json().catch(() => ({}))) as { errcode?: string };
    if (answer.errcode !== "M_UNKNOWN_TOKEN") return response;
    await this.renew(token);
    return fetch(input, withToken(init, this.#session.accessToken));
  };
}

function withToken(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return { ...init, headers };
}

function withLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? navigator.locks.request("chatsphere-tokens", work) : work();
}
