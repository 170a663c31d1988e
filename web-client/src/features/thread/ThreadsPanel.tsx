import { MessageSquareText } from "lucide-react";
import { plural, t } from "@/lib/i18n";
import { shortLabel } from "@/lib/time";
import type { ThreadEntry } from "@/matrix/api";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { Empty } from "@/ui/Empty";
import { useMinute } from "@/ui/hooks";
import { Panel } from "@/ui/Panel";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const NONE: readonly ThreadEntry[] = [];

/** All threads of a channel, the last active first. */
export function ThreadsPanel({ channel }: { channel: Channel }) {
  const { router } = useWorkspace();
  const threads = useValueOf((matrix) => matrix.threads(channel.id), NONE);
  const now = useMinute();
  return (
    <Panel title={t("Threads")} detail={channel.name} onClose={() => router.go({ panel: null })}>
      {threads.length === 0 ? (
        <Empty icon={<MessageSquareText size={22} aria-hidden="true" />} title={t("No threads yet")}>
          {t("Answer a message in a thread to keep a side topic together.")}
        </Empty>
      ) : (
        <ul className="min-h-0 flex-1 overflow-y-auto p-2">
          {threads.map((thread) => (
            <li key={thread.root}>
              <button type="button" onClick={() => router.go({ thread: thread.root, panel: null })} className="flex w-full gap-3 rounded-lg p-2.5 text-start hover:bg-hover">
                <Avatar id={thread.author.id} name={thread.author.name} mxc={thread.author.avatar} />
                <span className="min-w-0 flex-1">
                  <span className="flex items-baseline gap-2">
                    <span className="truncate text-sm font-semibold">{thread.author.name}</span>
                    <time className="ms-auto shrink-0 text-xs text-ink-3">{shortLabel(thread.summary.lastTs || thread.ts, now)}</time>
                  </span>
                  <span className="line-clamp-2 text-sm text-ink-2">{thread.preview}</span>
                  <span className="mt-1 flex items-center gap-2 text-xs text-accent-text">
                    {plural(thread.summary.count, "{count} answer", "{count} answers")}
                    <Badge unread={thread.summary.unread} mentions={thread.summary.mentions} />
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
