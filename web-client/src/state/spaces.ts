import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";
import type { Channel } from "@/matrix/model";

const KEY = "space";

/** The workspace whose channels are listed; `null`: all channels. */
export class SpaceChoice {
  readonly #store: Store;
  readonly #chosen: Value<string | null>;

  constructor(store: Store) {
    this.#store = store;
    this.#chosen = new Value(store.read<string>(KEY));
  }

  get chosen(): Readable<string | null> {
    return this.#chosen;
  }

  choose(space: string | null): void {
    this.#chosen.set(space);
    if (space) this.#store.write(KEY, space);
    else this.#store.remove(KEY);
  }
}

/** The workspaces that the person is in, by name. */
export function joinedSpaces(channels: readonly Channel[]): Channel[] {
  return channels.filter((channel) => channel.kind === "space" && channel.membership === "join").sort((a, b) => a.name.localeCompare(b.name));
}

/** Everything in a workspace, and in the workspaces in it. */
export function contentsOf(space: string, channels: readonly Channel[]): ReadonlySet<string> {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const child of byId.get(id)?.children ?? []) {
      // Workspaces may contain each other.
      if (found.has(child)) continue;
      found.add(child);
      visit(child);
    }
  };
  visit(space);
  return found;
}

/** The channels to list: those of the workspace, and what is of the person alone. All without a workspace that is known. */
export function inSpace(space: string | null, channels: readonly Channel[]): readonly Channel[] {
  if (!space || !channels.some((channel) => channel.id === space && channel.membership === "join")) return channels;
  const contents = contentsOf(space, channels);
  return channels.filter((channel) => contents.has(channel.id) || channel.kind === "dm" || channel.membership !== "join");
}
