import { ArrowDown, ArrowUp } from "lucide-react";
import { plural, t } from "@/lib/i18n";
import type { TimelineView } from "@/state/timeline";
import { useRoute, useWorkspace } from "@/ui/workspace";
import type { Following } from "./useFollowing";

const PILL =
  "appear absolute inline-flex h-8 items-center gap-1.5 rounded-full px-3 text-xs font-semibold shadow-pop transition-colors pointer-coarse:h-10";

/** The ways back: up to the first unread, down to the newest. */
export function JumpPills({ following, view }: { following: Following; view: TimelineView }) {
  const { router } = useWorkspace();
  const route = useRoute();
  const away = view.newer && view.live;
  const toLatest = () => (away && route.event ? router.go({ event: null }) : following.toEnd());
  return (
    <>
      {following.unreadAbove && (
        <button type="button" onClick={following.toUnread} className={`${PILL} start-1/2 top-3 -translate-x-1/2 bg-accent text-on-accent hover:bg-accent-hover`}>
          <ArrowUp size={14} aria-hidden="true" />
          {t("Jump to unread")}
        </button>
      )}
      {(!following.atEnd || away) && view.live && (
        <button
          type="button"
          onClick={toLatest}
          className={
            following.missed > 0
              ? `${PILL} end-5 bottom-3 bg-accent text-on-accent hover:bg-accent-hover`
              : `${PILL} end-5 bottom-3 border border-line bg-raised text-ink-2 hover:bg-hover hover:text-ink`
          }
        >
          <ArrowDown size={14} aria-hidden="true" />
          {following.missed > 0 ? plural(following.missed, "{count} new message", "{count} new messages") : t("Latest")}
        </button>
      )}
    </>
  );
}
