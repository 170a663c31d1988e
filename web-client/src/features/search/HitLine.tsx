import { createElement, Fragment } from "react";
import { excerpt, markWords } from "@/lib/text/marks";
import { shortLabel } from "@/lib/time";
import type { SearchHit } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { useMinute } from "@/ui/hooks";
import { useChannel, useWorkspace } from "@/ui/workspace";

/** A found message; leads to it. */
export function HitLine({ hit, words }: { hit: SearchHit; words: readonly string[] }) {
  const { router } = useWorkspace();
  const channel = useChannel(hit.channel);
  const now = useMinute();
  const parts = markWords(excerpt(hit.body, words, 200), words).map((part) => (part.marked ? createElement("mark", { className: "rounded-sm bg-mention-edge/30 text-ink" }, part.text) : part.text));
  return (
    <li>
      <button type="button" onClick={() => router.go({ channel: hit.channel, event: hit.event, thread: null })} className="flex w-full gap-3 rounded-lg p-2.5 text-start hover:bg-hover">
        <Avatar id={hit.sender.id} name={hit.sender.name} mxc={hit.sender.avatar} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="truncate text-sm font-semibold">{hit.sender.name}</span>
            {channel && <span className="truncate text-xs text-ink-3">{channel.kind === "dm" ? channel.name : `#${channel.name}`}</span>}
            <time className="ms-auto shrink-0 text-xs text-ink-3">{shortLabel(hit.ts, now)}</time>
          </span>
          <span className="line-clamp-3 text-sm wrap-break-word text-ink-2">{createElement(Fragment, null, ...parts)}</span>
        </span>
      </button>
    </li>
  );
}
