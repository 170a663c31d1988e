import { CircleAlert, Clock3 } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Message } from "@/matrix/model";
import { useTimelineActions } from "./actions";

/** Where an unsent message stands, and what to do about it. */
export function SendStatus({ message }: { message: Message }) {
  const { retry, discard } = useTimelineActions();
  if (message.send === "sending") return <span className="sr-only">{t("Sending")}</span>;
  const failed = message.send === "failed";
  return (
    <p role={failed ? "alert" : "status"} className={`mt-0.5 flex flex-wrap items-center gap-x-2 text-xs ${failed ? "text-danger" : "text-ink-3"}`}>
      {failed ? <CircleAlert size={14} aria-hidden="true" /> : <Clock3 size={14} aria-hidden="true" />}
      <span>{failed ? t("Not sent. {reason}", { reason: message.error ?? "" }) : t("Will be sent when the connection is back.")}</span>
      <button type="button" onClick={() => retry(message)} className="font-semibold underline underline-offset-2">
        {t("Try again")}
      </button>
      <button type="button" onClick={() => discard(message)} className="font-semibold underline underline-offset-2">
        {t("Delete")}
      </button>
    </p>
  );
}
