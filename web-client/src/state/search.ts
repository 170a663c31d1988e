import { localpart } from "@/lib/ids";
import { type Readable, Value } from "@/lib/observable";
import { bestMatches } from "@/lib/text/completion";
import type { SearchPage } from "@/matrix/model";
import { parseSearch } from "./search-query";
import type { Workspace } from "./workspace";

export interface SearchView {
  busy: boolean;
  error: string | null;
  /** `null` until something was looked for. */
  page: SearchPage | null;
}

const NOTHING: SearchView = { busy: false, error: null, page: null };

/** A search and its results, page after page. A newer search makes the answers of older ones void. */
export class SearchModel {
  readonly #workspace: Workspace;
  readonly #view = new Value<SearchView>(NOTHING);
  #round = 0;
  #last: { text: string; here: string | null } = { text: "", here: null };

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  get view(): Readable<SearchView> {
    return this.#view;
  }

  /** Looks for `text`; only in the channel `here` when there is one and the text names no other. */
  async find(text: string, here: string | null): Promise<void> {
    this.#last = { text, here };
    // Filters alone say nothing that the server could look for.
    const asks = parseSearch(text, here, this).words !== "";
    this.#view.set(asks ? { busy: true, error: null, page: null } : NOTHING);
    this.#round++;
    if (asks) await this.#ask(undefined);
  }

  async more(): Promise<void> {
    const { page, busy } = this.#view.get();
    if (!page?.next || busy) return;
    this.#view.update((view) => ({ ...view, busy: true }));
    await this.#ask(page);
  }

  async #ask(before: SearchPage | undefined): Promise<void> {
    const round = ++this.#round;
    const matrix = this.#workspace.matrix.get();
    if (!matrix) return;
    const { text, here } = this.#last;
    try {
      const page = await matrix.search(parseSearch(text, here, this), before?.next ?? undefined);
      if (round !== this.#round) return;
      this.#view.set({ busy: false, error: null, page: before ? { ...page, count: before.count, hits: [...before.hits, ...page.hits] } : page });
    } catch (error) {
      if (round === this.#round) this.#view.update((view) => ({ ...view, busy: false, error: error instanceof Error ? error.message : String(error) }));
    }
  }

  person(name: string): string | null {
    const { route } = this.#workspace.router;
    const here = route.get().channel;
    const members = here ? (this.#workspace.matrix.get()?.members(here).get() ?? []) : [];
    return bestMatches(members, name, (member) => [member.name, localpart(member.id)], 1)[0]?.id ?? null;
  }

  channel(name: string): string | null {
    return bestMatches(this.#workspace.channels.get(), name, (channel) => [channel.name], 1)[0]?.id ?? null;
  }
}
