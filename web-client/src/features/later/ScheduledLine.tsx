import { CalendarX, Clock, CornerDownRight, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { comingLabel, fullTime } from "@/lib/time";
import { threadOf, writtenText } from "@/state/content";
import type { ScheduledEntry } from "@/state/scheduled";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { useMinute } from "@/ui/hooks";
import { useChannel, useWorkspace } from "@/ui/workspace";
import { EditForm } from "./EditForm";

/** One message that waits or failed, with what can be done about it. */
export function ScheduledLine({ entry }: { entry: ScheduledEntry }) {
  const [editing, setEditing] = useState(false);
  return (
    <li className="px-5 py-3.5">
      <Head entry={entry} />
      {editing && entry.content ? (
        <EditForm entry={entry} content={entry.content} onEnd={() => setEditing(false)} />
      ) : (
        <>
          <Text entry={entry} />
          <Actions entry={entry} onEdit={() => setEditing(true)} />
        </>
      )}
    </li>
  );
}

function Head({ entry: { channel, at, content, failure } }: { entry: ScheduledEntry }) {
  const found = useChannel(channel);
  const now = useMinute();
  const Icon = failure ? TriangleAlert : Clock;
  const name = found ? (found.kind === "dm" ? found.name : `#${found.name}`) : t("A channel that you are not in");
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs text-ink-3">
      <span className="font-semibold text-ink-2">{name}</span>
      {threadOf(content) && (
        <span className="flex items-center gap-1">
          <CornerDownRight size={12} aria-hidden="true" />
          {t("in a thread")}
        </span>
      )}
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className={cx("flex items-center gap-1", failure && "text-danger")}>
        <Icon size={12} aria-hidden="true" />
        {comingLabel(at, now)}
      </time>
    </p>
  );
}

function Text({ entry: { content, failure } }: { entry: ScheduledEntry }) {
  return (
    <>
      <p className={cx("mt-1 line-clamp-6 text-msg wrap-break-word whitespace-pre-wrap", !content && "text-ink-3 italic")}>
        {content ? writtenText(content) : t("It was encrypted on another device, and can't be read here.")}
      </p>
      {failure && <p className="mt-1 text-sm text-danger">{t("Not sent: {reason}", { reason: failure })}</p>}
    </>
  );
}

function Actions({ entry, onEdit }: { entry: ScheduledEntry; onEdit: () => void }) {
  const workspace = useWorkspace();
  const { scheduled, outbox } = workspace;
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    await workspace.attempt(work);
    setBusy(false);
    // It may have gone to its channel meanwhile.
    void scheduled.refresh();
  };
  const sendFailed = () => {
    const { channel, content } = entry;
    if (content) outbox.add({ channel, thread: threadOf(content), type: "m.room.message", content });
    scheduled.dismiss(entry);
  };
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {(entry.content ?? !entry.failure) && (
        <Button className="h-8" disabled={busy} onClick={() => (entry.failure ? sendFailed() : void run(() => scheduled.sendNow(entry)))}>
          {t("Send now")}
        </Button>
      )}
      {entry.content && (
        <Button className="h-8" disabled={busy} onClick={onEdit}>
          {entry.failure ? t("Schedule anew") : t("Edit")}
        </Button>
      )}
      {entry.failure ? (
        <Button look="grave" className="h-8" onClick={() => scheduled.dismiss(entry)}>
          {t("Discard")}
        </Button>
      ) : (
        <Button look="grave" className="h-8" disabled={busy} onClick={() => void run(() => scheduled.cancel(entry))}>
          {t("Cancel sending")}
        </Button>
      )}
    </div>
  );
}

/** One that was cancelled a moment ago. */
export function CancelledLine({ entry }: { entry: ScheduledEntry }) {
  const workspace = useWorkspace();
  return (
    <li className="flex items-center gap-3 px-5 py-3 text-sm text-ink-2">
      <CalendarX size={15} className="shrink-0 text-ink-3" aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate">{t("Cancelled: {text}", { text: entry.content?.body ?? "" })}</span>
      <Button className="h-8" onClick={() => void workspace.attempt(() => workspace.scheduled.undo(entry))}>
        {t("Undo")}
      </Button>
    </li>
  );
}
