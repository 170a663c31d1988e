import { Hash, Megaphone } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Suggestion } from "@/state/suggestions";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { Emoticon } from "@/ui/Emoticon";
import type { CompletionState } from "./useCompletion";

export function Suggestions({ completion }: { completion: CompletionState }) {
  if (!completion.open) return null;
  const prefix = completion.activeId.replace(/-\d+$/, "");
  return (
    <div
      id={completion.listId}
      role="listbox"
      aria-label={t("Suggestions")}
      className="absolute inset-x-4 bottom-full z-20 mb-1 max-h-80 overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-pop max-[719px]:inset-x-2"
    >
      {completion.items.map((item, index) => (
        // The text field keeps the focus and handles the keys.
        <div
          key={item.key}
          id={`${prefix}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === completion.active}
          onPointerDown={(event) => {
            event.preventDefault();
            completion.accept(index);
          }}
          onPointerMove={() => completion.setActive(index)}
          className={cx("flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 pointer-coarse:h-11", index === completion.active && "bg-hover")}
        >
          <Icon item={item} />
          <span className="truncate font-medium">{item.title}</span>
          <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{item.detail}</span>
        </div>
      ))}
    </div>
  );
}

function Icon({ item }: { item: Suggestion }) {
  if (item.kind === "emoji") return <span className="w-6 text-center text-lg">{item.insert}</span>;
  if (item.kind === "picture") return <Emoticon mxc={item.avatar ?? ""} alt="" className="size-6 object-contain" />;
  if (item.kind === "channel") return <Hash size={16} className="w-6 text-ink-3" aria-hidden="true" />;
  if (item.kind === "room") return <Megaphone size={16} className="w-6 text-ink-3" aria-hidden="true" />;
  return <Avatar id={item.key} name={item.title} mxc={item.avatar} size="sm" />;
}
