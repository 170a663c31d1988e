import { CalendarClock } from "lucide-react";
import { useEffect } from "react";
import { t } from "@/lib/i18n";
import { zoneName } from "@/state/send-times";
import { closeDialog } from "@/state/dialogs";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { useMinute, useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";
import { CancelledLine, ScheduledLine } from "./ScheduledLine";

/** Everything that waits to be sent, in all channels, and what could not be sent. */
export function ScheduledDialog() {
  const { scheduled } = useWorkspace();
  const entries = useValue(scheduled.entries);
  const cancelled = useValue(scheduled.cancelled);
  const limits = useValue(scheduled.limits);
  useEffect(() => void scheduled.refresh(), [scheduled]);
  return (
    <Dialog title={t("Scheduled messages")} description={t("Times are those of your time zone: {zone}.", { zone: zoneName(useMinute()) })} onClose={closeDialog} wide>
      <div className="min-h-40 flex-1 overflow-y-auto border-t border-line">
        {entries.length + cancelled.length === 0 && (
          <Empty icon={<CalendarClock size={22} aria-hidden="true" />} title={t("Nothing is scheduled")}>
            {limits === null ? t("This server can't send messages later.") : t("Write a message, and choose a time beside the button that sends.")}
          </Empty>
        )}
        <ul className="divide-y divide-line">
          {entries.map((entry) => (
            <ScheduledLine key={entry.id} entry={entry} />
          ))}
          {cancelled.map((entry) => (
            <CancelledLine key={entry.id} entry={entry} />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
