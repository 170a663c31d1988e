import type { Store } from "@/lib/storage";
import type { Message } from "@/matrix/model";

/** What someone has begun to write in a channel or thread. */
export interface Draft {
  text: string;
  /** The message that it answers. */
  replyTo?: Message;
  /** Who is meant by the names in the text: pairs of what is written and an identifier. */
  mentions?: readonly (readonly [string, string])[];
}

/** Unsent text, one for each channel and thread, kept across reloads. */
export class Drafts {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(channel: string, thread: string | null): Draft {
    return this.#store.read<Draft>(keyOf(channel, thread)) ?? { text: "" };
  }

  write(channel: string, thread: string | null, draft: Draft): void {
    if (draft.text.trim() || draft.replyTo) this.#store.write(keyOf(channel, thread), draft);
    else this.#store.remove(keyOf(channel, thread));
  }

  has(channel: string): boolean {
    return (this.#store.read<Draft>(keyOf(channel, null))?.text ?? "").trim() !== "";
  }
}

function keyOf(channel: string, thread: string | null): string {
  return `draft.${channel}${thread ? ` ${thread}` : ""}`;
}
