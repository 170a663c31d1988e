/** What is being completed at the caret: a person, a channel or an emoji. */
export interface Completion {
  kind: "@" | "#" | ":";
  query: string;
  /** The range of the text that an accepted suggestion replaces. */
  from: number;
  to: number;
}

/** The completion that the caret stands in, if any. Emoji need two letters, so that ":-)" and "10:30" stay quiet. */
export function completionAt(text: string, caret: number): Completion | null {
  const before = text.slice(0, caret);
  const match = /(?:^|[\s(])([@#:])([^\s@#:]{0,32})$/u.exec(before);
  const kind = match?.[1] as Completion["kind"] | undefined;
  const query = match?.[2] ?? "";
  if (!kind || (kind === ":" && !/^[\p{L}+_-][\p{L}\p{N}+_-]+$/u.test(query))) return null;
  return { kind, query, from: caret - query.length - 1, to: caret };
}

/** How well `text` answers `query`: 0 best, `null` not at all. Beginnings of words come before insides. */
export function matchRank(text: string, query: string): number | null {
  const haystack = text.toLocaleLowerCase();
  const needle = query.toLocaleLowerCase();
  if (haystack === needle) return 0;
  if (haystack.startsWith(needle)) return 1;
  const at = haystack.indexOf(needle);
  if (at < 0) return null;
  return /[\p{L}\p{N}]/u.test(haystack[at - 1] ?? " ") ? 3 : 2;
}

/** The best answers to `query`, best first. */
export function bestMatches<T>(items: readonly T[], query: string, texts: (item: T) => readonly string[], limit: number): T[] {
  const ranked: { item: T; rank: number; index: number }[] = [];
  items.forEach((item, index) => {
    let best: number | null = null;
    for (const text of texts(item)) {
      const rank = matchRank(text, query);
      if (rank !== null && (best === null || rank < best)) best = rank;
    }
    if (best !== null) ranked.push({ item, rank: best, index });
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.index - b.index).slice(0, limit).map(({ item }) => item);
}
