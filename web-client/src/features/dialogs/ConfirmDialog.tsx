import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  danger: boolean;
  run: () => void;
}

export function ConfirmDialog({ title, text, action, danger, run }: ConfirmProps) {
  return (
    <Dialog title={title} description={text} onClose={closeDialog}>
      <div className="flex justify-end gap-2 px-5 pt-2 pb-5">
        <Button onClick={closeDialog}>{t("Cancel")}</Button>
        <Button look={danger ? "danger" : "primary"} autoFocus onClick={run}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
