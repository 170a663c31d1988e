import type { Channel, Message, Person } from "@/matrix/model";
import type { Store } from "@/lib/storage";

/** What was on screen last, to be painted before the SDK has loaded. */
export interface Snapshot {
  userId: string;
  me: Person;
  channels: readonly Channel[];
}

const LIST = "snapshot.list";
const TIMELINE = "snapshot.timeline.";
/** Messages kept of a channel, and channels kept. */
const MESSAGES = 40;
const CHANNELS = 12;

export class Snapshots {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  read(userId: string): Snapshot | null {
    const found = this.#store.read<Snapshot>(LIST);
    return found?.userId === userId && Array.isArray(found.channels) ? found : null;
  }

  write(snapshot: Snapshot): void {
    this.#store.write(LIST, snapshot);
  }

  messages(channel: string): readonly Message[] {
    const kept = this.#store.read<{ messages: readonly Message[] }>(TIMELINE + channel);
    return Array.isArray(kept?.messages) ? kept.messages : [];
  }

  writeMessages(channel: string, messages: readonly Message[], now: number): void {
    this.#store.write(TIMELINE + channel, { at: now, messages: messages.slice(-MESSAGES) });
    const keys = this.#store.keys(TIMELINE);
    if (keys.length <= CHANNELS) return;
    const ages = keys.map((key) => ({ key, at: this.#store.read<{ at?: number }>(key)?.at ?? 0 })).sort((a, b) => b.at - a.at);
    for (const { key } of ages.slice(CHANNELS)) this.#store.remove(key);
  }
}
