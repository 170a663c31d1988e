import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { inputLook } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";

interface ReportProps {
  channel: string | null;
  event: string | null;
  person: string | undefined;
  name: string;
}

/** Tells the administrators what is wrong with a message, a channel, or someone. */
export function ReportDialog({ channel, event, person, name }: ReportProps) {
  const workspace = useWorkspace();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (submitted: FormEvent) => {
    submitted.preventDefault();
    setBusy(true);
    const done = await workspace.attempt(async (matrix) => {
      if (person) await matrix.reportPerson(person, reason.trim());
      else if (channel) await matrix.report(channel, event, reason.trim());
      return true;
    });
    setBusy(false);
    if (!done) return;
    closeDialog();
    workspace.toasts.show(t("Your report is with the administrators."));
  };
  const title = event ? t("Report a message of {name}", { name }) : t("Report {name}", { name });
  return (
    <Dialog title={title} description={t("The server's administrators read it. Nobody else is told.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 px-5 pb-5">
        <div>
          <label htmlFor="reason" className="mb-1 block text-sm font-medium">
            {person ? t("What did they do?") : t("What is wrong with it?")}
          </label>
          <textarea id="reason" rows={4} required autoFocus maxLength={1000} value={reason} onChange={(changed) => setReason(changed.target.value)} className={`${inputLook} h-auto! py-2`} />
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="danger" busy={busy} disabled={!reason.trim()}>
            {t("Report")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
