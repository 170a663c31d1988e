import { CalendarClock } from "lucide-react";
import { plural, t } from "@/lib/i18n";
import { threadOf } from "@/state/content";
import { openDialog } from "@/state/dialogs";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

/** Says that something waits to be sent here, or was not sent, and leads to it. */
export function ScheduledLine({ channel, thread }: { channel: string; thread: string | null }) {
  const { scheduled } = useWorkspace();
  const here = useValue(scheduled.entries).filter((entry) => entry.channel === channel && (thread === null || threadOf(entry.content) === thread));
  const failed = here.filter(({ failure }) => failure).length;
  if (here.length === 0) return null;
  return (
    <p className={cx("flex items-center gap-1.5 px-1 pb-1.5 text-xs", failed ? "text-danger" : "text-ink-2")}>
      <CalendarClock size={13} aria-hidden="true" />
      {failed ? plural(failed, "{count} scheduled message could not be sent", "{count} scheduled messages could not be sent") : plural(here.length, "{count} message scheduled", "{count} messages scheduled")}
      <span aria-hidden="true">·</span>
      <button type="button" className="font-semibold text-accent-text hover:underline" onClick={() => openDialog({ type: "scheduled" })}>
        {t("View")}
      </button>
    </p>
  );
}
