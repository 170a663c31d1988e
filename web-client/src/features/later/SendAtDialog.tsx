import type { FormEvent } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TimeField } from "./TimeField";
import { useTime } from "./useTime";

/** Asks for a day and a time of day to send at. */
export function SendAtDialog({ choose }: { choose: (at: number) => void }) {
  const time = useTime(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (time.at === null) return;
    closeDialog();
    choose(time.at);
  };
  return (
    <Dialog title={t("Send later")} description={t("The server sends it, also when you are not here.")} onClose={closeDialog}>
      <form noValidate onSubmit={submit} className="space-y-4 px-5 pb-5">
        <TimeField time={time} />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={time.at === null}>
            {t("Schedule")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
