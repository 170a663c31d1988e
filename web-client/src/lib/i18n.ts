/** A catalogue: English source text to its translation. */
export type Catalogue = Readonly<Record<string, string>>;

let catalogue: Catalogue = {};

/** Chooses the language of everything drawn from now on. English needs no catalogue. */
export function useCatalogue(next: Catalogue): void {
  catalogue = next;
}

/** The text in the person's language. `{name}` in it stands for `values.name`. */
export function t(text: string, values?: Readonly<Record<string, string | number>>): string {
  const found = catalogue[text] ?? text;
  if (!values) return found;
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** One text or the other by count, with `{count}` and the `values` filled in. */
export function plural(count: number, one: string, many: string, values: Readonly<Record<string, string>> = {}): string {
  return t(new Intl.PluralRules(locale()).select(count) === "one" ? one : many, { ...values, count: formatNumber(count) });
}

/** The person's own customs for dates and numbers. */
export function locale(): string {
  return navigator.language || "en";
}

/** A number as the person writes it. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}
