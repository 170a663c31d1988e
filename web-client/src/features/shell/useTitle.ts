import { useEffect } from "react";
import { totals } from "@/state/channel-list";
import { useWorkspace } from "@/ui/workspace";

interface BadgeNavigator {
  setAppBadge?: (count: number) => Promise<void>;
  clearAppBadge?: () => Promise<void>;
}

/** Keeps the badge of the installed application in step with what is unread. */
export function useTitle(): void {
  const { channels } = useWorkspace();
  useEffect(() => {
    const show = () => {
      const { unread } = totals(channels.get());
      const able = navigator as BadgeNavigator;
      const done = unread ? able.setAppBadge?.(unread) : able.clearAppBadge?.();
      done?.catch(() => undefined);
    };
    show();
    return channels.subscribe(show);
  }, [channels]);
}
