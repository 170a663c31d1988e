import { Check, Copy, Download } from "lucide-react";
import { useEffect, useState } from "react";
import { saveFile } from "@/lib/files/save";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";
import { RecoveryKeyForm } from "./RecoveryKeyForm";

const bare = (key: string) => key.replace(/\s+/g, "");

/** Makes a recovery key: shown once, to be kept elsewhere, put to use when the person shows that they have it. */
export function RecoveryKeyDialog() {
  const workspace = useWorkspace();
  const [key, setKey] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    void workspace.attempt((matrix) => matrix.encryption.newRecoveryKey()).then((made) => (made ? setKey(made) : closeDialog()));
  }, [workspace]);
  const description = saved
    ? t("Enter the key from where you have kept it.")
    : t("Keep it where you will find it when your devices are lost: in a password manager, or on paper. Nobody else may see it.");
  return (
    <Dialog title={saved ? t("Is it kept?") : t("Your recovery key")} description={description} onClose={closeDialog}>
      {!key ? <Spinner className="mx-auto my-10 text-ink-3" /> : saved ? <Proof recoveryKey={key} onBack={() => setSaved(false)} /> : <Shown recoveryKey={key} userId={workspace.userId} onSaved={() => setSaved(true)} />}
    </Dialog>
  );
}

function Shown({ recoveryKey, userId, onSaved }: { recoveryKey: string; userId: string; onSaved: () => void }) {
  const { toasts } = useWorkspace();
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(recoveryKey).then(
      () => setCopied(true),
      (error) => toasts.problem(error),
    );
  return (
    <div className="px-5 pb-5">
      <p data-recovery-key className="grid grid-cols-4 gap-x-2 gap-y-1.5 rounded-lg border border-line bg-sunken px-4 py-3.5 text-center font-mono text-[0.9375rem] select-all">
        {recoveryKey.split(" ").map((part, index) => (
          // Parts may be alike, and never move.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index}>{part} </span>
        ))}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button icon={copied ? <Check size={15} /> : <Copy size={15} />} onClick={copy}>
          {copied ? t("Copied") : t("Copy")}
        </Button>
        <Button icon={<Download size={15} />} onClick={() => download(recoveryKey, userId)}>
          {t("Save as a file")}
        </Button>
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={closeDialog}>{t("Cancel")}</Button>
        <Button look="primary" onClick={onSaved}>
          {t("I have kept it")}
        </Button>
      </div>
    </div>
  );
}

function download(key: string, userId: string): void {
  const content = new Blob([`${t("Recovery key of {user}", { user: userId })}\n\n${key}\n`], { type: "text/plain" });
  saveFile(`${t("recovery key")} ${userId.replace(/[^\w.-]+/g, "_")}.txt`, content);
}

function Proof({ recoveryKey, onBack }: { recoveryKey: string; onBack: () => void }) {
  const workspace = useWorkspace();
  const [entered, setEntered] = useState("");
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (bare(entered) !== bare(recoveryKey)) return setWrong(true);
    setBusy(true);
    const done = await workspace.attempt(async (matrix) => {
      await matrix.encryption.keepRecoveryKey();
      return true;
    });
    setBusy(false);
    if (!done) return;
    closeDialog();
    workspace.toasts.show(t("Your recovery key is set up."));
  };
  const change = (value: string) => {
    setEntered(value);
    setWrong(false);
  };
  const problem = wrong ? t("This is not the key that was shown.") : null;
  return <RecoveryKeyForm value={entered} onChange={change} problem={problem} busy={busy} action={t("Finish")} back={t("Show it again")} onSubmit={submit} onBack={onBack} />;
}
