import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { constant } from "@/lib/observable";
import { completionAt } from "@/lib/text/completion";
import { type Emoji, loadEmoji } from "@/lib/emoji";
import type { EmojiPack } from "@/matrix/model";
import type { ComposerModel } from "@/state/composer";
import { type Suggestion, suggestionsFor } from "@/state/suggestions";
import { useValue } from "@/ui/hooks";
import { useValueOf, useWorkspace } from "@/ui/workspace";

export interface CompletionState {
  open: boolean;
  items: readonly Suggestion[];
  active: number;
  listId: string;
  activeId: string;
  accept: (index: number) => void;
  setActive: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => boolean;
  onSelect: () => void;
  close: () => void;
}

const NOBODY = constant([]);
const NO_PACKS: readonly EmojiPack[] = [];

/** Suggestions for people, channels and emoji at the caret, driven from the text field. */
export function useCompletion(model: ComposerModel, channel: string, area: RefObject<HTMLTextAreaElement | null>): CompletionState {
  const workspace = useWorkspace();
  const text = useValue(model.text);
  const matrix = useValue(workspace.matrix);
  const [caret, setCaret] = useState<number | null>(null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [chosen, setChosen] = useState({ of: "", index: 0 });
  const [emoji, setEmoji] = useState<readonly Emoji[]>([]);
  const id = useId();

  const found = caret === null ? null : completionAt(text, Math.min(caret, text.length));
  const wanted = found && dismissed !== `${found.kind}${found.from}` ? found : null;
  const members = useValue(wanted?.kind === "@" && matrix ? matrix.members(channel) : NOBODY);
  const channels = useValue(workspace.channels);
  useEffect(() => {
    if (wanted?.kind === ":" && emoji.length === 0) void loadEmoji().then(setEmoji);
  }, [wanted?.kind, emoji.length]);
  const packs = useValueOf((connected) => connected.emojiPacks(channel), NO_PACKS);
  const kind = wanted?.kind;
  const query = wanted?.query;
  const items = useMemo(
    () => (kind ? suggestionsFor({ kind, query: query ?? "", members, channels, emoji, packs, me: workspace.userId }) : []),
    [kind, query, members, channels, emoji, packs, workspace.userId],
  );
  // The choice belongs to what was asked for: other letters begin at the top again.
  const asked = `${kind ?? ""}${query ?? ""}`;
  const active = chosen.of === asked ? chosen.index : 0;
  const setActive = (index: number) => setChosen({ of: asked, index });

  const accept = (index: number) => {
    const item = items[index];
    if (!item || !wanted) return;
    const next = `${text.slice(0, wanted.from)}${item.insert} ${text.slice(wanted.to).replace(/^ /, "")}`;
    if (item.mention) model.addMention(item.insert, item.mention);
    const at = wanted.from + item.insert.length + 1;
    // At once: what is typed next belongs behind it.
    flushSync(() => {
      model.setText(next);
      setCaret(at);
    });
    area.current?.setSelectionRange(at, at);
  };
  const open = items.length > 0;
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!open) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setActive((active + step + items.length) % items.length);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") accept(active);
    else if (event.key === "Escape") setDismissed(wanted ? `${wanted.kind}${wanted.from}` : null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const onSelect = () => {
    const at = area.current?.selectionStart ?? 0;
    if (at !== caret) setCaret(at);
    if (!text) setDismissed(null);
  };
  return { open, items, active, listId: `${id}-list`, activeId: `${id}-${active}`, accept, setActive, onKeyDown, onSelect, close: () => setCaret(null) };
}
