import { bestMatches } from "./text/completion";
import { localStore } from "./storage";

export interface Emoji {
  char: string;
  /** 0 smileys, 1 people, 3 nature, 4 food, 5 travel, 6 activities, 7 objects, 8 symbols, 9 flags. */
  group: number;
  name: string;
  shortcodes: readonly string[];
  words: string;
}

let loading: Promise<readonly Emoji[]> | null = null;

/** All emoji, without skin tones; loaded once, on demand. */
export function loadEmoji(): Promise<readonly Emoji[]> {
  loading ??= import("virtual:emoji").then(({ default: rows }) =>
    rows.map(([char, group, name, shortcodes, words]) => ({ char, group, name, shortcodes, words })),
  );
  return loading;
}

/** Emoji by shortcode, name or word. */
export function searchEmoji(all: readonly Emoji[], query: string, limit: number): Emoji[] {
  const bare = query.replace(/^:|:$/g, "");
  return bestMatches(all, bare, (emoji) => [...emoji.shortcodes, emoji.name, emoji.words], limit);
}

const RECENT = "emoji.recent";
const RECENT_COUNT = 24;

export function recentEmoji(): readonly string[] {
  return localStore.read<string[]>(RECENT) ?? [];
}

/** Puts an emoji first among the recent ones. */
export function rememberEmoji(char: string): void {
  localStore.write(RECENT, [char, ...recentEmoji().filter((one) => one !== char)].slice(0, RECENT_COUNT));
}
