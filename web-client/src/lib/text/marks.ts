import { escapePattern } from "./pattern";

export interface Marked {
  text: string;
  marked: boolean;
}

/** Splits a text at the words to mark, whatever their case. */
export function markWords(text: string, words: readonly string[]): Marked[] {
  const wanted = words.filter(Boolean).sort((a, b) => b.length - a.length);
  if (!wanted.length) return [{ text, marked: false }];
  const pattern = new RegExp(`(${wanted.map(escapePattern).join("|")})`, "giu");
  return text.split(pattern).flatMap((part, index) => (part ? [{ text: part, marked: index % 2 === 1 }] : []));
}

/** The part of a long text around the first word to mark, about `length` letters. */
export function excerpt(text: string, words: readonly string[], length: number): string {
  const flat = text.replace(/\s+/g, " ");
  const lower = flat.toLocaleLowerCase();
  const places = words.map((word) => lower.indexOf(word.toLocaleLowerCase())).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...places, flat.length) - length / 3);
  if (!places.length || start === 0) return flat.length > length ? `${flat.slice(0, length)}…` : flat;
  const from = flat.lastIndexOf(" ", start) + 1;
  return `…${flat.slice(from, from + length)}${from + length < flat.length ? "…" : ""}`;
}
