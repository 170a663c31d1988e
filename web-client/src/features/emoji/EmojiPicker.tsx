import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { type Emoji, loadEmoji, recentEmoji, searchEmoji } from "@/lib/emoji";
import { t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { CustomEmoji, EmojiPack } from "@/matrix/model";
import { Emoticon } from "@/ui/Emoticon";
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

/** What was picked: `text` is how it is written; `custom` when it is a picture. */
export interface Picked {
  text: string;
  custom?: CustomEmoji;
}

interface EmojiPickerProps {
  packs: readonly EmojiPack[];
  onPick: (picked: Picked) => void;
}

/** Search, the recent ones, the pictures of packs, and all by group. Arrow keys move through the grid. */
export function EmojiPicker({ packs, onPick }: EmojiPickerProps) {
  const [all, setAll] = useState<readonly Emoji[] | null>(null);
  const [query, setQuery] = useState("");
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void loadEmoji().then(setAll);
  }, []);
  const sections = useMemo(() => (all ? sectionsOf(all, packs, query.trim()) : []), [all, packs, query]);
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
        {all && sections.every((section) => section.choices.length === 0) && <p className="px-2 py-8 text-center text-sm text-ink-2">{t("No emoji found.")}</p>}
        {sections.map((section) => (
          <section key={section.key} aria-label={section.title} className="[contain-intrinsic-size:auto_300px] [content-visibility:auto]">
            <h3 className="px-1 pt-2 pb-1 text-xs font-semibold text-ink-3">{section.title}</h3>
            <div className="grid grid-cols-8">
              {section.choices.map((choice) => (
                <button
                  key={choice.custom?.mxc ?? choice.text}
                  type="button"
                  data-emoji=""
                  title={choice.title}
                  aria-label={choice.name}
                  onClick={() => onPick(choice)}
                  className="flex size-9 items-center justify-center rounded-md text-xl hover:bg-hover focus-visible:outline-offset-[-2px]"
                >
                  {choice.custom ? <Emoticon mxc={choice.custom.mxc} alt="" className="size-6 object-contain" /> : choice.text}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}

interface Choice extends Picked {
  name: string;
  title: string;
}

interface Section {
  key: string;
  title: string;
  choices: Choice[];
}

function sectionsOf(all: readonly Emoji[], packs: readonly EmojiPack[], query: string): Section[] {
  const custom = packs.flatMap((pack) => pack.emoji);
  if (query) {
    const bare = query.replace(/^:|:$/g, "");
    const found = bestMatches(custom, bare, (one) => [one.shortcode], 32);
    return [{ key: "results", title: t("Results"), choices: [...found.map(ofPicture), ...searchEmoji(all, query, 64).map(ofEmoji)] }];
  }
  const byChar = new Map(all.map((emoji) => [emoji.char, emoji]));
  const recent = recentEmoji().flatMap((char) => byChar.get(char) ?? []);
  return [
    ...(recent.length ? [{ key: "recent", title: t("Recent"), choices: recent.map(ofEmoji) }] : []),
    ...packs.map((pack) => ({ key: pack.id, title: pack.name, choices: pack.emoji.map(ofPicture) })),
    ...GROUPS.map(([group, title]) => ({ key: title, title: t(title), choices: all.filter((emoji) => emoji.group === group).map(ofEmoji) })),
  ];
}

function ofEmoji({ char, shortcodes, name }: Emoji): Choice {
  return { text: char, name, title: shortcodes[0] ? `:${shortcodes[0]}:` : name };
}

function ofPicture(custom: CustomEmoji): Choice {
  const text = `:${custom.shortcode}:`;
  return { text, custom, name: custom.shortcode, title: text };
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
