import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { type Emoji, loadEmoji, recentEmoji, searchEmoji } from "@/lib/emoji";
import { t } from "@/lib/i18n";
import { Field } from "@/ui/Field";
import { Spinner } from "@/ui/Spinner";

const COLUMNS = 8;

const GROUPS: readonly (readonly [number, string])[] = [
  [0, "Smileys"],
  [1, "People"],
  [3, "Nature"],
  [4, "Food"],
  [5, "Travel"],
  [6, "Activities"],
  [7, "Objects"],
  [8, "Symbols"],
  [9, "Flags"],
];

/** Search, the recent ones, and all by group. Arrow keys move through the grid. */
export function EmojiPicker({ onPick }: { onPick: (char: string) => void }) {
  const [all, setAll] = useState<readonly Emoji[] | null>(null);
  const [query, setQuery] = useState("");
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void loadEmoji().then(setAll);
  }, []);
  const sections = useMemo(() => (all ? sectionsOf(all, query.trim()) : []), [all, query]);
  const onKeyDown = (event: KeyboardEvent) => moveFocus(event, grid.current);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="flex h-80 w-[312px] flex-col" onKeyDown={onKeyDown}>
      <Field
        bare
        label={t("Search emoji")}
        placeholder={t("Search emoji")}
        lead={<Search size={15} />}
        className="p-2"
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div ref={grid} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {!all && <Spinner className="mx-auto mt-16 text-ink-3" />}
        {all && sections.every((section) => section.emoji.length === 0) && <p className="px-2 py-8 text-center text-sm text-ink-2">{t("No emoji found.")}</p>}
        {sections.map((section) => (
          <section key={section.title} aria-label={section.title} className="[contain-intrinsic-size:auto_300px] [content-visibility:auto]">
            <h3 className="px-1 pt-2 pb-1 text-xs font-semibold text-ink-3">{section.title}</h3>
            <div className="grid grid-cols-8">
              {section.emoji.map((emoji) => (
                <button
                  key={emoji.char}
                  type="button"
                  data-emoji=""
                  title={emoji.shortcodes[0] ? `:${emoji.shortcodes[0]}:` : emoji.name}
                  aria-label={emoji.name}
                  onClick={() => onPick(emoji.char)}
                  className="flex size-9 items-center justify-center rounded-md text-xl hover:bg-hover focus-visible:outline-offset-[-2px]"
                >
                  {emoji.char}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

function sectionsOf(all: readonly Emoji[], query: string): { title: string; emoji: Emoji[] }[] {
  if (query) return [{ title: t("Results"), emoji: searchEmoji(all, query, 64) }];
  const byChar = new Map(all.map((emoji) => [emoji.char, emoji]));
  const recent = recentEmoji().flatMap((char) => byChar.get(char) ?? []);
  const groups = GROUPS.map(([group, title]) => ({ title: t(title), emoji: all.filter((emoji) => emoji.group === group) }));
  return recent.length ? [{ title: t("Recent"), emoji: recent }, ...groups] : groups;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

function moveFocus(event: KeyboardEvent, grid: HTMLElement | null): void {
  const step = STEPS[event.key];
  const inSearch = event.target instanceof HTMLInputElement;
  const buttons = [...(grid?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
  if (inSearch && event.key === "Enter") {
    event.preventDefault();
    buttons[0]?.click();
    return;
  }
  if (!step || (inSearch && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const current = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[inSearch ? 0 : current + step]?.focus();
}
