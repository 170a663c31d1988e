import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";

/** Asks for the password before something grave. */
export function PasswordDialog({ answer }: { answer: (password: string | null) => void }) {
  const [password, setPassword] = useState("");
  const finish = (value: string | null) => {
    closeDialog();
    answer(value);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    finish(password);
  };
  return (
    <Dialog title={t("Confirm with your password")} description={t("So that nobody else can do this from an open screen.")} onClose={() => finish(null)}>
      <form onSubmit={submit} className="space-y-4 px-5 pb-5">
        <Field label={t("Password")} type="password" autoComplete="current-password" autoFocus required value={password} onChange={(event) => setPassword(event.target.value)} />
        <div className="flex justify-end gap-2">
          <Button onClick={() => finish(null)}>{t("Cancel")}</Button>
          <Button type="submit" look="primary">
            {t("Confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
