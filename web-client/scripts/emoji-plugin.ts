import compact from "emojibase-data/en/compact.json" with { type: "json" };
import shortcodes from "emojibase-data/en/shortcodes/iamcal.json" with { type: "json" };
import type { Plugin } from "vite";

const ID = "virtual:emoji";

/** Gives `virtual:emoji`: rows of [emoji, group, name, shortcodes and search words], cut down from emojibase. */
export function emojiData(): Plugin {
  return {
    name: "emoji-data",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load: (id) => (id === `\0${ID}` ? `export default JSON.parse(${JSON.stringify(JSON.stringify(rows()))})` : undefined),
  };
}

interface Entry {
  hexcode: string;
  label: string;
  unicode: string;
  group?: number;
  order?: number;
  tags?: string[];
}

function rows(): [string, number, string, string[], string][] {
  const names = shortcodes as Record<string, string | string[]>;
  return (compact as Entry[])
    .filter((entry) => entry.group !== undefined && entry.group !== 2)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((entry) => [entry.unicode, entry.group ?? 0, entry.label, [names[entry.hexcode] ?? []].flat(), (entry.tags ?? []).join(" ")]);
}
