import { SmilePlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { formatNumber, t } from "@/lib/i18n";
import type { Message, Reaction } from "@/matrix/model";
import { cx } from "@/ui/cx";
import { Emoticon } from "@/ui/Emoticon";
import { useTimelineActions } from "./actions";

const EmojiPopover = lazy(() => import("@/features/emoji").then((module) => ({ default: module.EmojiPopover })));

export function Reactions({ message }: { message: Message }) {
  const { channel, react } = useTimelineActions();
  const [picking, setPicking] = useState(false);
  return (
    <div className="mt-1 mb-0.5 flex flex-wrap gap-1">
      {message.reactions.map((reaction) => (
        <ReactionChip key={reaction.key} reaction={reaction} onToggle={() => react(message, reaction.key, reaction.shortcode)} />
      ))}
      <span className="relative">
        <button
          type="button"
          aria-label={t("Add reaction")}
          onClick={() => setPicking(true)}
          className="flex h-6 w-8 items-center justify-center rounded-full border border-line text-ink-3 hover:bg-hover hover:text-ink pointer-coarse:h-8 pointer-coarse:w-10"
        >
          <SmilePlus size={14} aria-hidden="true" />
        </button>
        {picking && (
          <Suspense>
            <EmojiPopover channel={channel} onPick={({ text, custom }) => react(message, custom?.mxc ?? text, custom?.shortcode)} onClose={() => setPicking(false)} />
          </Suspense>
        )}
      </span>
    </div>
  );
}

function ReactionChip({ reaction, onToggle }: { reaction: Reaction; onToggle: () => void }) {
  const names = reaction.who.map((person) => person.name);
  const who = names.length > 8 ? t("{names} and {count} more", { names: names.slice(0, 8).join(", "), count: names.length - 8 }) : names.join(", ");
  return (
    <button
      type="button"
      aria-pressed={reaction.mine !== null}
      title={who}
      onClick={onToggle}
      className={cx(
        "flex h-6 items-center gap-1 rounded-full border px-2 text-xs transition-colors pointer-coarse:h-8 pointer-coarse:px-3",
        reaction.mine ? "border-accent bg-accent-soft text-accent-text" : "border-line bg-sunken text-ink-2 hover:bg-hover",
      )}
    >
      {reaction.shortcode ? <Emoticon mxc={reaction.key} alt={`:${reaction.shortcode}:`} className="h-4 max-w-12 object-contain" /> : <span className="max-w-48 truncate text-sm leading-none">{reaction.key}</span>}
      <span className="font-semibold tabular-nums">{formatNumber(reaction.who.length)}</span>
      <span className="sr-only">{t("by {who}", { who })}</span>
    </button>
  );
}
