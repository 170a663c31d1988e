import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";

const EMPTY = { old: "", next: "", again: "" };

export function Password() {
  const workspace = useWorkspace();
  const [values, setValues] = useState(EMPTY);
  const [busy, setBusy] = useState(false);
  const differ = values.again !== "" && values.again !== values.next;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (values.again !== values.next) return;
    setBusy(true);
    const done = await workspace.attempt(async (matrix) => {
      await matrix.changePassword(values.old, values.next);
      return true;
    });
    setBusy(false);
    if (!done) return;
    setValues(EMPTY);
    workspace.toasts.show(t("Your password is changed."));
  };
  const field = (name: keyof typeof EMPTY) => ({ type: "password", required: true, value: values[name], onChange: (event: React.ChangeEvent<HTMLInputElement>) => setValues({ ...values, [name]: event.target.value }) });
  return (
    <form onSubmit={save} className="max-w-sm space-y-4">
      <input type="text" name="username" autoComplete="username" hidden readOnly value={workspace.userId} />
      <Field label={t("Old password")} autoComplete="current-password" {...field("old")} />
      <Field label={t("New password")} hint={t("At least 8 characters. A short sentence works well.")} autoComplete="new-password" minLength={8} {...field("next")} />
      <Field label={t("New password again")} error={differ ? t("This is not the same as above.") : undefined} autoComplete="new-password" {...field("again")} />
      <Button type="submit" look="primary" busy={busy} disabled={!values.old || !values.next || values.again !== values.next}>
        {t("Change password")}
      </Button>
    </form>
  );
}
