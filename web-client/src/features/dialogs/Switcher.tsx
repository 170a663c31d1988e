import { Hash, Lock, Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { Channel } from "@/matrix/model";
import { closeDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

const LIMIT = 50;

/** Goes to any channel or person by a few letters; without any, to what is unread and recent. */
export function Switcher() {
  const { channels, router } = useWorkspace();
  const all = useValue(channels);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => search(all, query.trim()), [all, query]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const open = (channel: Channel | undefined) => {
    if (!channel) return;
    closeDialog();
    router.open(channel.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((value) => Math.min(value + 1, found.length - 1));
    else if (event.key === "ArrowUp") setActive((value) => Math.max(value - 1, 0));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) open(found[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("Jump to")} onClose={closeDialog} bare>
      <div className="flex items-center gap-2 border-b border-line px-4">
        <Search size={17} className="text-ink-3" aria-hidden="true" />
        <input
          autoFocus
          role="combobox"
          aria-label={t("Channel or person")}
          aria-expanded
          aria-controls={id}
          aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
          placeholder={t("Channel or person")}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 flex-1 bg-transparent text-[0.9375rem] outline-none"
        />
      </div>
      <div id={id} ref={list} role="listbox" aria-label={t("Channels and people")} className="max-h-96 min-h-24 overflow-y-auto p-2">
        {found.map((channel, index) => (
          // The text field keeps the focus and handles the keys.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={channel.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onPointerMove={() => setActive(index)}
            onClick={() => open(channel)}
            className={cx("flex h-10 cursor-pointer items-center gap-3 rounded-lg px-3", index === active && "bg-hover")}
          >
            <Mark channel={channel} />
            <span className="truncate font-medium">{channel.name}</span>
            <span className="min-w-0 flex-1 truncate text-xs text-ink-3">{channel.partner ?? channel.topic}</span>
            <Badge unread={channel.unread} mentions={channel.mentions} />
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-8 text-center text-sm text-ink-2">{t("Nothing found.")}</p>}
      </div>
    </Dialog>
  );
}

function search(all: readonly Channel[], query: string): Channel[] {
  const weight = (channel: Channel) => (channel.mentions ? 2 : channel.unread ? 1 : 0);
  const known = all.filter((channel) => channel.kind !== "space" || channel.membership === "invite");
  const sorted = [...known].sort((a, b) => weight(b) - weight(a) || b.lastTs - a.lastTs);
  return query ? bestMatches(sorted, query, (channel) => [channel.name, channel.partner ?? ""], LIMIT) : sorted.slice(0, LIMIT);
}

function Mark({ channel }: { channel: Channel }) {
  if (channel.kind === "dm" || channel.avatar) return <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} size="sm" />;
  const Icon = channel.kind === "public" ? Hash : Lock;
  return <Icon size={16} className="w-5 shrink-0 text-ink-3" aria-hidden="true" />;
}
