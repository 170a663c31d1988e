import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";

/** The end of an account: said plainly, and shown the password for. */
export function DeactivateDialog() {
  const workspace = useWorkspace();
  const [password, setPassword] = useState("");
  const [erase, setErase] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    setBusy(true);
    try {
      await workspace.deactivate(password, erase);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : t("The account could not be closed."));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("Close your account for good?")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 px-5 pb-5">
        <ul className="list-disc space-y-1 ps-5 text-sm text-ink-2">
          <li>{t("You are signed out on all devices, and nobody can ever sign in as {name} again: not you either.", { name: workspace.userId })}</li>
          <li>{t("You leave every channel. Encrypted messages that only you could read are lost.")}</li>
          <li>{t("What you wrote stays for those who were there, unless you choose otherwise.")}</li>
        </ul>
        <Switch label={t("Erase what can be erased")} hint={t("Your profile is emptied, and servers are asked to hide what you wrote from those who join later. Copies may remain.")} on={erase} onChange={setErase} />
        <Field label={t("Your password")} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        {problem && <Problem>{problem}</Problem>}
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Keep my account")}</Button>
          <Button type="submit" look="danger" busy={busy} disabled={!password}>
            {t("Close it for good")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
