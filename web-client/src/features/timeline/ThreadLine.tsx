import { plural, t } from "@/lib/i18n";
import { shortLabel } from "@/lib/time";
import type { Message, ThreadSummary } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { useMinute } from "@/ui/hooks";
import { useTimelineActions } from "./actions";

/** Under a message: how many answers its thread has, and what is new in it. */
export function ThreadLine({ message, thread }: { message: Message; thread: ThreadSummary }) {
  const { openThread } = useTimelineActions();
  const now = useMinute();
  return (
    <button
      type="button"
      onClick={() => openThread(message)}
      className="mt-1 mb-0.5 flex h-8 max-w-full items-center gap-2 rounded-lg border border-transparent py-1 pe-2 ps-1 text-xs hover:border-line hover:bg-raised"
    >
      {thread.last && <Avatar id={thread.last.id} name={thread.last.name} mxc={thread.last.avatar} size="sm" />}
      <span className="shrink-0 font-semibold text-accent-text">{plural(thread.count, "{count} answer", "{count} answers")}</span>
      <Badge unread={thread.unread} mentions={thread.mentions} />
      <span className="truncate text-ink-3">{thread.preview || t("View thread")}</span>
      {thread.lastTs > 0 && <time className="shrink-0 text-ink-3">{shortLabel(thread.lastTs, now)}</time>}
    </button>
  );
}
