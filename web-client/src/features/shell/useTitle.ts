import { useEffect } from "react";
import { formatNumber } from "@/lib/i18n";
import { totals } from "@/state/channel-list";
import { useWorkspace } from "@/ui/workspace";

interface BadgeNavigator {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

/** Keeps the title of the page, and the badge of the installed application, in step with where one is and what is unread. */
export function useTitle(): void {
  const workspace = useWorkspace();
  useEffect(() => {
    const { channels, router } = workspace;
    const show = () => {
      const { unread } = totals(channels.get());
      const place = workspace.channel(router.route.get().channel)?.name;
      document.title = `${unread ? `(${formatNumber(unread)}) ` : ""}${place ? `${place} · ` : ""}ChatSphere`;
      const able = navigator as BadgeNavigator;
      const done = unread ? able.setAppBadge?.(unread) : able.clearAppBadge?.();
      done?.catch(() => undefined);
    };
    show();
    const ends = [channels.subscribe(show), router.route.subscribe(show)];
    return () => ends.forEach((end) => end());
  }, [workspace]);
}
