import { type FormEvent, useId, useState } from "react";
import { t } from "@/lib/i18n";
import type { ScheduledContent } from "@/matrix/model";
import { rewritten, writtenText } from "@/state/content";
import { emoticonsOf } from "@/state/emoji-pack";
import type { ScheduledEntry } from "@/state/scheduled";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { inputLook } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";
import { TimeField } from "./TimeField";
import { useTime } from "./useTime";

/** Another text or time for a message that waits, or a new time for one that failed. */
export function EditForm({ entry, content, onEnd }: { entry: ScheduledEntry; content: ScheduledContent; onEnd: () => void }) {
  const workspace = useWorkspace();
  const [text, setText] = useState(() => writtenText(content));
  const time = useTime(entry.failure ? null : entry.at);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { at } = time;
    if (at === null || !text.trim()) return;
    setBusy(true);
    const done = await workspace.attempt(async (matrix) => {
      const { toHtml } = await import("@/lib/text/markdown");
      const mayCallRoom = matrix.rights(entry.channel).get().notifyRoom;
      const emoticons = emoticonsOf(matrix.emojiPacks(entry.channel).get());
      const next = text.trim() === writtenText(content) ? content : rewritten(content, text.trim(), { mayCallRoom, toHtml, emoticons });
      await workspace.scheduled.change(entry, next, at);
      return true;
    });
    setBusy(false);
    if (done) onEnd();
    else void workspace.scheduled.refresh();
  };
  return (
    <form noValidate onSubmit={save} className="mt-2 space-y-3">
      <div>
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          {t("Message")}
        </label>
        <textarea id={id} rows={3} autoFocus value={text} onChange={(event) => setText(event.target.value)} className={cx(inputLook, "h-auto! resize-y py-2")} />
      </div>
      <TimeField time={time} />
      <div className="flex justify-end gap-2">
        <Button onClick={onEnd}>{t("Cancel")}</Button>
        <Button type="submit" look="primary" busy={busy} disabled={time.at === null || !text.trim()}>
          {t("Save")}
        </Button>
      </div>
    </form>
  );
}
