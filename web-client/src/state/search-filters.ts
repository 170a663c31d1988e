/** The filters that the search panel has controls for; they stand in the text itself, as if they were typed. */
export type FilterKey = "from" | "has" | "after" | "before";

function pattern(key: FilterKey): RegExp {
  return new RegExp(`(^|\\s)${key}:("[^"]*"|\\S+)`, "i");
}

/** The value of a filter in the text; empty without one. */
export function filterOf(text: string, key: FilterKey): string {
  return pattern(key).exec(text)?.[2]?.replace(/^"|"$/g, "") ?? "";
}

/** The text with a filter set, or without it when the value is empty. */
export function withFilter(text: string, key: FilterKey, value: string): string {
  const rest = text.replace(pattern(key), "$1").replace(/\s+/g, " ").trim();
  if (!value) return rest;
  const written = `${key}:${/\s/.test(value) ? `"${value}"` : value}`;
  return rest ? `${rest} ${written}` : written;
}
