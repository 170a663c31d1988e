import { firstChannels, type FirstSync } from "./first-channels";
import type { Channel } from "./model";
import type { Tokens } from "./tokens";

/** Messages of each channel in the first sync. */
export const FIRST_MESSAGES = 20;

/** What the first sync is asked for: the same as the SDK asks, which takes the answer. */
const FILTER = { room: { timeline: { unread_thread_notifications: true, limit: FIRST_MESSAGES }, state: { lazy_load_members: true } } };

/**
 * Asks on a first visit for what the SDK will ask for, while the SDK is still on its way: its questions, one after the
 * other, then find their answers here. Each answer serves once; what fails is asked again by the SDK itself.
 */
export class Ahead {
  readonly #tokens: Tokens;
  #asked: Promise<readonly Channel[]> | null = null;
  readonly #held = new Map<string, Promise<Response>>();

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** Asks once, and gives the channels that one is in, as far as they can be known without the SDK. */
  ask(): Promise<readonly Channel[]> {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  async #ask(): Promise<readonly Channel[]> {
    const { userId } = this.#tokens.session;
    const query = new URLSearchParams({ filter: JSON.stringify(FILTER), timeout: "0", "org.matrix.msc4222.use_state_after": "true" });
    const sync = this.#hold(`/v3/sync?${query}`);
    for (const path of ["/versions", "/v3/pushrules/", `/v3/profile/${encodeURIComponent(userId)}`]) void this.#hold(path);
    // A copy, made before the SDK reads the answer, as that can be done once.
    const copy = await sync.then((answer) => answer.clone());
    return copy.ok ? firstChannels((await copy.json()) as FirstSync, userId) : [];
  }

  #hold(path: string): Promise<Response> {
    const address = `${this.#tokens.session.baseUrl}/_matrix/client${path}`;
    const asked = this.#tokens.fetch(address);
    this.#held.set(keyOf(address, "GET"), asked);
    // Who takes the answer hears of what went wrong.
    asked.catch(() => undefined);
    return asked;
  }

  /** `fetch` for the SDK. */
  fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const key = keyOf(input instanceof Request ? input.url : String(input), init.method ?? "GET");
    const held = this.#held.get(key);
    if (!held) return this.#tokens.fetch(input, init);
    this.#held.delete(key);
    return held.catch(() => this.#tokens.fetch(input, init));
  };
}

/** By what an answer is found: a sync that goes on from an earlier one is not the first. */
function keyOf(address: string, method: string): string {
  const { origin, pathname, searchParams } = new URL(address);
  return `${method} ${origin}${pathname}${searchParams.has("since") ? " since" : ""}`;
}
