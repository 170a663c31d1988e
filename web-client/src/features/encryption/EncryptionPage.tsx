import { FileKey2, KeyRound, RotateCcw, ShieldCheck, ShieldQuestion } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "@/lib/i18n";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";
import { useEncryptionStatus } from "./useEncryption";

/** Where one stands with encryption, and what can be done. */
export function EncryptionPage() {
  const status = useEncryptionStatus();
  if (status.state === "off" || status.state === "failed") return <Begin failed={status.state === "failed"} />;
  if (status.state === "loading") return <Spinner className="mx-auto mt-10 text-ink-3" />;
  return (
    <div className="max-w-lg divide-y divide-line">
      {status.verified ? (
        <Section icon={<ShieldCheck size={18} className="text-accent-text" aria-hidden="true" />} title={t("This device is confirmed")}>
          {t("Others see that it is yours, and it reads your earlier messages.")}
        </Section>
      ) : (
        <Section
          icon={<ShieldQuestion size={18} className="text-warn" aria-hidden="true" />}
          title={t("This device is not confirmed")}
          action={
            <Button look="primary" onClick={() => openDialog({ type: "confirm-device" })}>
              {t("Confirm this device")}
            </Button>
          }
        >
          {t("Until you confirm it with another device or your recovery key, it can't read what was sent before you signed in.")}
        </Section>
      )}
      <RecoverySection verified={status.verified} recovery={status.recovery} backup={status.backup} />
      <Section
        icon={<FileKey2 size={18} aria-hidden="true" />}
        title={t("Message keys as a file")}
        action={
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => openDialog({ type: "export-keys" })}>{t("Export keys…")}</Button>
            <Button onClick={() => openDialog({ type: "import-keys" })}>{t("Import keys…")}</Button>
          </div>
        }
      >
        {t("To read your encrypted messages in another client, or to keep the keys somewhere of your own. The file is locked with a passphrase.")}
      </Section>
      <Section
        icon={<RotateCcw size={18} aria-hidden="true" />}
        title={t("Begin anew")}
        action={
          <Button look="grave" onClick={() => openDialog({ type: "reset-identity" })}>
            {t("Reset encryption…")}
          </Button>
        }
      >
        {t("Only if you have lost every device and the recovery key: earlier messages stay closed for good.")}
      </Section>
    </div>
  );
}

function RecoverySection({ verified, recovery, backup }: { verified: boolean; recovery: boolean; backup: boolean }) {
  const text = recovery
    ? t("You have a recovery key. With it you can confirm a new device when no other one is at hand.")
    : t("Without one, losing your devices means losing your encrypted messages.");
  return (
    <Section
      icon={<KeyRound size={18} className={recovery ? "text-accent-text" : "text-warn"} aria-hidden="true" />}
      title={t("Recovery key")}
      action={
        verified && (
          <Button look={recovery ? "secondary" : "primary"} onClick={() => openDialog({ type: "recovery-key" })}>
            {recovery ? t("Make a new recovery key") : t("Save a recovery key")}
          </Button>
        )
      }
    >
      {text} {backup ? t("The keys to your messages are backed up on the server, locked so that only you can open them.") : t("The keys to your messages are not backed up from this device yet.")}
    </Section>
  );
}

function Section({ icon, title, children, action }: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className="flex gap-3 py-5 first:pt-0 last:pb-0">
      <span className="pt-px text-ink-3">{icon}</span>
      <div className="min-w-0 flex-1">
        <h3 className="text-sm font-semibold">{title}</h3>
        <p className="mt-1 text-sm text-ink-2">{children}</p>
        {action && <div className="mt-3">{action}</div>}
      </div>
    </section>
  );
}

/** Nothing is encrypted yet, so that nothing of it is loaded. */
function Begin({ failed }: { failed: boolean }) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    await workspace.attempt((matrix) => matrix.encryption.trust(workspace.userId));
    setBusy(false);
  };
  return (
    <Empty
      icon={<ShieldCheck size={22} aria-hidden="true" />}
      title={failed ? t("Encryption could not be loaded") : t("None of your conversations is encrypted yet")}
      action={
        <Button busy={busy} onClick={failed ? () => location.reload() : begin}>
          {failed ? t("Reload") : t("Set up now")}
        </Button>
      }
    >
      {failed ? t("Check your connection, then reload the page.") : t("Everything is set up by itself with the first one that is.")}
    </Empty>
  );
}
