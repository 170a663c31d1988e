import { t } from "@/lib/i18n";
import { ago } from "@/lib/time";
import type { Presence } from "@/matrix/model";
import { PresenceDot } from "@/ui/Avatar";
import { useMinute } from "@/ui/hooks";
import { useValueOf } from "@/ui/workspace";

const UNKNOWN: Presence = { state: "offline", lastActive: 0, status: "" };

/** Whether someone is there, in words. */
export function PresenceText({ user }: { user: string }) {
  const presence = useValueOf((matrix) => matrix.presence(user), UNKNOWN);
  const now = useMinute();
  const words =
    presence.state === "online" ? t("Online") : presence.state === "away" ? t("Away") : presence.lastActive > 0 ? t("Last seen {when}", { when: ago(presence.lastActive, now) }) : t("Offline");
  return (
    <p className="flex items-center gap-1.5 truncate text-xs leading-4 text-ink-3">
      <PresenceDot state={presence.state} className="size-2!" />
      {words}
      {presence.status && <span className="truncate">· {presence.status}</span>}
    </p>
  );
}
