import type { SearchQuery } from "@/matrix/model";

/** What names in a query stand for. */
export interface Names {
  person(name: string): string | null;
  channel(name: string): string | null;
}

const FILTER = /(?:^|\s)(from|in|has|before|after):("[^"]*"|\S+)/gi;

/**
 * Reads `from:ann in:#design has:link before:2025-03-01 after:2025-01-01 some words`. What is no filter, or names
 * nobody, is a word. Days are the person's own.
 */
export function parseSearch(text: string, here: string | null, names: Names): SearchQuery {
  const query: SearchQuery = { words: "", channel: here, sender: null, has: null, after: null, before: null };
  const words = text.replace(FILTER, (whole, key: string, quoted: string) => {
    const value = quoted.replace(/^"|"$/g, "");
    return apply(query, key.toLowerCase(), value, names) ? " " : whole;
  });
  return { ...query, words: words.replace(/\s+/g, " ").trim() };
}

function apply(query: SearchQuery, key: string, value: string, names: Names): boolean {
  if (key === "from") return set(query, "sender", /^@[^:]+:.+/.test(value) ? value : names.person(value.replace(/^@/, "")));
  if (key === "in") return set(query, "channel", value.startsWith("!") ? value : names.channel(value.replace(/^#/, "")));
  if (key === "has") return set(query, "has", value === "link" || value === "file" ? value : null);
  return set(query, key === "before" ? "before" : "after", dayStart(value));
}

function set<K extends keyof SearchQuery>(query: SearchQuery, key: K, value: SearchQuery[K]): boolean {
  if (value !== null) query[key] = value;
  return value !== null;
}

/** Milliseconds of the beginning of a day such as 2025-03-01. */
function dayStart(day: string): number | null {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(day);
  if (!parts) return null;
  const time = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime();
  return Number.isFinite(time) ? time : null;
}
