import { type Readable, Value } from "@/lib/observable";
import type { Store } from "@/lib/storage";

export type Theme = "system" | "light" | "dark";

const KEY = "theme";

/** Light, dark, or as the system says; drawn through `data-theme` on the root element. */
export class ThemeChoice {
  readonly #store: Store;
  readonly #value: Value<Theme>;

  constructor(store: Store) {
    this.#store = store;
    const kept = store.read<Theme>(KEY);
    this.#value = new Value<Theme>(kept === "light" || kept === "dark" ? kept : "system");
    this.#apply();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#apply());
  }

  get value(): Readable<Theme> {
    return this.#value;
  }

  set(theme: Theme): void {
    this.#value.set(theme);
    this.#store.write(KEY, theme);
    this.#apply();
  }

  #apply(): void {
    const chosen = this.#value.get();
    const dark = chosen === "dark" || (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }
}
