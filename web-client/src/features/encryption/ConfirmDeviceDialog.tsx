import { KeyRound, MonitorSmartphone } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Dialog } from "@/ui/Dialog";
import { useWorkspace } from "@/ui/workspace";
import { RecoveryKeyForm } from "./RecoveryKeyForm";
import { useEncryption, useEncryptionStatus } from "./useEncryption";

/** The ways in which a new sign-in becomes one that is trusted. */
export function ConfirmDeviceDialog() {
  const workspace = useWorkspace();
  const status = useEncryptionStatus();
  const [byKey, setByKey] = useState(false);
  const ask = async () => {
    const id = await workspace.attempt((matrix) => matrix.encryption.verifyOwn());
    if (id) openDialog({ type: "verify", id });
  };
  return (
    <Dialog title={t("Confirm this device")} description={t("It shows others that this is you, and opens your earlier messages here.")} onClose={closeDialog}>
      {byKey ? (
        <KeyForm onBack={() => setByKey(false)} />
      ) : (
        <div className="space-y-2 px-5 pb-5">
          <Way icon={<MonitorSmartphone size={20} aria-hidden="true" />} title={t("Use another device")} onClick={ask}>
            {t("One that is signed in to your account and at hand.")}
          </Way>
          {status.recovery && (
            <Way icon={<KeyRound size={20} aria-hidden="true" />} title={t("Use the recovery key")} onClick={() => setByKey(true)}>
              {t("The key that you kept when encryption was set up.")}
            </Way>
          )}
          <button type="button" onClick={() => openDialog({ type: "reset-identity" })} className="rounded px-1 pt-2 text-sm text-ink-2 hover:text-ink hover:underline">
            {t("I have none of these")}
          </button>
        </div>
      )}
    </Dialog>
  );
}

function Way({ icon, title, children, onClick }: { icon: ReactNode; title: string; children: ReactNode; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className="flex w-full items-center gap-3.5 rounded-xl border border-line-strong p-3.5 text-start hover:bg-hover">
      <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-accent-soft text-accent-text">{icon}</span>
      <span>
        <span className="block text-sm font-semibold">{title}</span>
        <span className="block text-sm text-ink-2">{children}</span>
      </span>
    </button>
  );
}

function KeyForm({ onBack }: { onBack: () => void }) {
  const { toasts } = useWorkspace();
  const encryption = useEncryption();
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    try {
      await encryption?.recover(secret);
      closeDialog();
      toasts.show(t("This device is confirmed."));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  const change = (value: string) => {
    setSecret(value);
    setProblem(null);
  };
  return <RecoveryKeyForm value={secret} onChange={change} problem={problem} busy={busy} action={t("Confirm")} back={t("Back")} onSubmit={submit} onBack={onBack} />;
}
