import { type FormEvent, useState } from "react";
import { lockKeys } from "@/lib/files/key-file";
import { saveFile } from "@/lib/files/save";
import { t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";

const MIN_LENGTH = 8;

/** Saves the keys of all messages that can be read here in a file, locked with a passphrase. */
export function ExportKeysDialog() {
  const workspace = useWorkspace();
  const [phrase, setPhrase] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const differ = again !== "" && again !== phrase;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (again !== phrase) return;
    setBusy(true);
    const file = await workspace.attempt(async (matrix) => lockKeys(await matrix.encryption.exportKeys(), phrase));
    setBusy(false);
    if (!file) return;
    saveFile(`${t("message keys")} ${localpart(workspace.userId)}.txt`, new Blob([file], { type: "text/plain" }));
    closeDialog();
    workspace.toasts.show(t("Your message keys are saved."));
  };
  return (
    <Dialog title={t("Export message keys")} description={t("Whoever has the file and the passphrase can read your encrypted messages. Choose one that you use nowhere else.")} onClose={closeDialog}>
      <form onSubmit={save} className="space-y-4 px-5 pb-5">
        <Field label={t("Passphrase")} type="password" autoComplete="new-password" autoFocus required minLength={MIN_LENGTH} hint={t("At least {count} characters.", { count: MIN_LENGTH })} value={phrase} onChange={(event) => setPhrase(event.target.value)} />
        <Field label={t("Passphrase again")} type="password" autoComplete="new-password" required error={differ ? t("This is not the same as above.") : undefined} value={again} onChange={(event) => setAgain(event.target.value)} />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={phrase.length < MIN_LENGTH || again !== phrase}>
            {t("Export")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
