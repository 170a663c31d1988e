import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { RequestFailed } from "@/matrix/api";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { useEncryption } from "./useEncryption";

const LOSSES = [
  "Messages that no device of yours can read now stay closed.",
  "People who compared keys with you are told that yours have changed.",
  "Your other devices have to be confirmed again.",
] as const;

/** Begins encryption anew when all is lost; leads on to a new recovery key. */
export function ResetIdentityDialog() {
  const encryption = useEncryption();
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await encryption?.resetIdentity(asked ? password : null);
      openDialog({ type: "recovery-key" });
    } catch (error) {
      setBusy(false);
      if (error instanceof RequestFailed && error.code === "PASSWORD") setAsked(true);
      else setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog title={t("Reset encryption?")} description={t("Do this only if you have no other device and no recovery key.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 px-5 pb-5">
        <ul className="list-disc space-y-1 ps-5 text-sm text-ink-2">
          {LOSSES.map((loss) => (
            <li key={loss}>{t(loss)}</li>
          ))}
        </ul>
        {asked && (
          <Field label={t("Your password")} type="password" autoComplete="current-password" autoFocus required value={password} onChange={(event) => setPassword(event.target.value)} />
        )}
        {problem && <Problem>{problem}</Problem>}
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="danger" busy={busy} disabled={asked && !password}>
            {t("Reset encryption")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
