import { Hash, Lock } from "lucide-react";
import { useState } from "react";
import { plural, t } from "@/lib/i18n";
import { clockTime, dayLabel } from "@/lib/time";
import type { Message } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { useMinute } from "@/ui/hooks";
import { useChannel } from "@/ui/workspace";
import { useTimelineActions } from "./actions";

export function DayRow({ ts }: { ts: number }) {
  const now = useMinute();
  return (
    <div className="flex items-center gap-3 px-5 pt-4 pb-2">
      <span className="h-px flex-1 bg-line" />
      <h3 className="text-xs font-semibold text-ink-2">{dayLabel(ts, now)}</h3>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

export function NewRow() {
  return (
    <div className="flex items-center gap-2 px-5 py-1.5" data-new-line="">
      <span className="h-px flex-1 bg-danger" />
      <span className="text-2xs font-bold tracking-wide text-danger uppercase">{t("New")}</span>
    </div>
  );
}

/** Runs of joins, leaves and changes: one line, opened on demand. */
export function EventsRow({ messages }: { messages: readonly Message[] }) {
  const [open, setOpen] = useState(false);
  const shown = open || messages.length <= 2 ? messages : [];
  return (
    <div className="px-5 py-1 ps-17 text-xs text-ink-3 max-[719px]:px-3 max-[719px]:ps-15">
      {shown.map((message) => (
        <p key={message.key} className="py-0.5">
          <span className="font-medium text-ink-2">{message.sender.name}</span> {message.body}
          <time className="ms-2">{clockTime(message.ts)}</time>
        </p>
      ))}
      {messages.length > 2 && (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="rounded py-0.5 text-start hover:text-ink hover:underline">
          {open ? t("Show less") : summary(messages)}
        </button>
      )}
    </div>
  );
}

/** As many people as are named before the rest is only counted. */
const NAMED = 3;

/** What each did first, and how much else: "Ann created this channel and made 3 more changes · Ben joined". */
function summary(messages: readonly Message[]): string {
  const byPerson = Map.groupBy(messages, (message) => message.sender.id);
  const parts = [...byPerson.values()].map(([first, ...more]) => {
    const did = `${first?.sender.name} ${first?.body}`;
    return more.length ? plural(more.length, "{did} and made {count} more change", "{did} and made {count} more changes", { did }) : did;
  });
  const rest = parts.length - NAMED;
  return [...parts.slice(0, NAMED), ...(rest > 0 ? [plural(rest, "{count} other", "{count} others")] : [])].join(" · ");
}

/** The beginning of a channel. */
export function StartRow() {
  const { channel: id, inThread } = useTimelineActions();
  const channel = useChannel(id);
  if (inThread || !channel) return <div className="h-4" />;
  const direct = channel.kind === "dm";
  return (
    <div className="px-5 pt-10 pb-3 max-[719px]:px-3">
      {direct ? (
        <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} size="xl" />
      ) : (
        <span className="flex size-14 items-center justify-center rounded-2xl bg-accent-soft text-accent-text">
          {channel.kind === "public" ? <Hash size={28} aria-hidden="true" /> : <Lock size={26} aria-hidden="true" />}
        </span>
      )}
      <h2 className="mt-3 text-xl font-semibold tracking-tight">{channel.name}</h2>
      <p className="mt-1 max-w-prose text-sm text-ink-2">
        {direct
          ? t("This is the beginning of your conversation with {name}.", { name: channel.name })
          : t("This is the beginning of {name}.", { name: channel.name })}
        {channel.topic && ` ${channel.topic}`}
      </p>
    </div>
  );
}
