import { FileKey2 } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { NoKeyFile, openKeys, WrongPassphrase } from "@/lib/files/key-file";
import { plural, t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";

/** Bytes; far more keys than anyone has. */
const MAX_BYTES = 100_000_000;

/** Takes in message keys that were saved by this or another client. */
export function ImportKeysDialog() {
  const workspace = useWorkspace();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [phrase, setPhrase] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const take = async (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    setProblem(null);
    setBusy(true);
    const count = await keysIn(file, phrase).then(
      (json) => workspace.attempt((matrix) => matrix.encryption.importKeys(json)),
      (error: Error) => setProblem(error.message),
    );
    setBusy(false);
    if (count === undefined) return;
    closeDialog();
    workspace.toasts.show(plural(count, "{count} key was imported.", "{count} keys were imported."));
  };
  return (
    <Dialog title={t("Import message keys")} description={t("From a file that was exported here or in another Matrix client.")} onClose={closeDialog}>
      <form onSubmit={take} className="space-y-4 px-5 pb-5">
        <div className="flex items-center gap-3">
          <Button icon={<FileKey2 size={15} />} onClick={() => input.current?.click()}>
            {t("Choose a file")}
          </Button>
          <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{file?.name ?? t("None is chosen.")}</span>
          <input
            ref={input}
            type="file"
            accept=".txt,text/plain"
            hidden
            aria-label={t("File with message keys")}
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null);
              setProblem(null);
            }}
          />
        </div>
        <Field label={t("Passphrase")} type="password" autoComplete="off" required value={phrase} onChange={(event) => setPhrase(event.target.value)} />
        {problem && <Problem>{problem}</Problem>}
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!file || !phrase}>
            {t("Import")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

async function keysIn(file: File, phrase: string): Promise<string> {
  if (file.size > MAX_BYTES) throw new Error(t("This file is too large to hold message keys."));
  try {
    return await openKeys(await file.text(), phrase);
  } catch (error) {
    if (error instanceof WrongPassphrase) throw new Error(t("The passphrase is not right, or the file was changed."), { cause: error });
    if (error instanceof NoKeyFile) throw new Error(t("This is no file of exported message keys."), { cause: error });
    throw error;
  }
}
