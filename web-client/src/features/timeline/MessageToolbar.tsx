import { Copy, Flag, Link2, MessageSquareText, MoreHorizontal, Pencil, Pin, PinOff, Reply, SmilePlus, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { t } from "@/lib/i18n";
import type { Message } from "@/matrix/model";
import { isEditable } from "@/state/composer";
import { IconButton } from "@/ui/Button";
import { useValue } from "@/ui/hooks";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { useWorkspace } from "@/ui/workspace";
import { constant } from "@/lib/observable";
import { useTimelineActions } from "./actions";

const EmojiPopover = lazy(() => import("@/features/emoji").then((module) => ({ default: module.EmojiPopover })));

const QUICK = ["👍", "❤️", "😂"] as const;
const NONE = constant(null);
const NO_PINS = constant<readonly string[]>([]);

interface ToolbarProps {
  message: Message;
  /** Keeps the toolbar while something of it is open. */
  onOpenChange: (open: boolean) => void;
}

export function MessageToolbar({ message, onOpenChange }: ToolbarProps) {
  const actions = useTimelineActions();
  const [picking, setPicking] = useState(false);
  const pick = (open: boolean) => {
    setPicking(open);
    onOpenChange(open);
  };
  return (
    <div
      role="toolbar"
      aria-label={t("Message actions")}
      className="absolute end-4 -top-3.5 z-10 flex items-center gap-0.5 rounded-lg border border-line bg-raised p-0.5 shadow-sm"
    >
      {QUICK.map((emoji) => (
        <IconButton key={emoji} size="sm" label={t("React with {emoji}", { emoji })} className="text-base max-[719px]:hidden" onClick={() => actions.react(message, emoji)}>
          {emoji}
        </IconButton>
      ))}
      <div className="relative">
        <IconButton size="sm" label={t("Choose a reaction")} onClick={() => pick(true)}>
          <SmilePlus size={16} />
        </IconButton>
        {picking && (
          <Suspense>
            <EmojiPopover channel={actions.channel} onPick={({ text, custom }) => actions.react(message, custom?.mxc ?? text, custom?.shortcode)} onClose={() => pick(false)} />
          </Suspense>
        )}
      </div>
      <IconButton size="sm" label={t("Reply")} onClick={() => actions.reply(message)}>
        <Reply size={16} />
      </IconButton>
      {!actions.inThread && (
        <IconButton size="sm" label={t("Reply in thread")} onClick={() => actions.openThread(message)}>
          <MessageSquareText size={16} />
        </IconButton>
      )}
      {isEditable(message) && (
        <IconButton size="sm" label={t("Edit")} onClick={() => actions.edit(message)}>
          <Pencil size={15} />
        </IconButton>
      )}
      <MoreMenu message={message} onOpenChange={onOpenChange} />
    </div>
  );
}

function MoreMenu({ message, onOpenChange }: ToolbarProps) {
  const actions = useTimelineActions();
  const { matrix, toasts } = useWorkspace();
  const rights = useValue(matrix.get()?.rights(actions.channel) ?? NONE);
  const pinned = useValue(matrix.get()?.pins(actions.channel) ?? NO_PINS).includes(message.id);
  const copyText = () => navigator.clipboard.writeText(message.body).then(() => toasts.show(t("Text copied")), (error) => toasts.problem(error));
  return (
    <Menu
      onOpenChange={onOpenChange}
      trigger={
        <IconButton size="sm" label={t("More")}>
          <MoreHorizontal size={16} />
        </IconButton>
      }
    >
      <MenuItem icon={<Copy size={15} />} onSelect={copyText}>
        {t("Copy text")}
      </MenuItem>
      <MenuItem icon={<Link2 size={15} />} onSelect={() => actions.copyLink(message)}>
        {t("Copy link")}
      </MenuItem>
      {rights?.pin && (
        <MenuItem icon={pinned ? <PinOff size={15} /> : <Pin size={15} />} onSelect={() => actions.pin(message, !pinned)}>
          {pinned ? t("Unpin") : t("Pin to the channel")}
        </MenuItem>
      )}
      {!message.own && (
        <MenuItem icon={<Flag size={15} />} onSelect={() => actions.report(message)}>
          {t("Report")}
        </MenuItem>
      )}
      {(message.own || rights?.redactOthers) && (
        <>
          <MenuSeparator />
          <MenuItem danger icon={<Trash2 size={15} />} onSelect={() => actions.remove(message)}>
            {t("Delete")}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
