import { KeyRound, ShieldAlert, ShieldQuestion } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "@/lib/i18n";
import { localStore } from "@/lib/storage";
import { openDialog } from "@/state/dialogs";
import { useMinute } from "@/ui/hooks";
import { useEncryptionStatus } from "./useEncryption";

const LATER = "crypto.later";
/** How long a note stays away once it was put off. Milliseconds. */
const LATER_MS = 7 * 24 * 60 * 60_000;

interface Told {
  /** Which notes were put off, and when. */
  [note: string]: number;
}

/** What the person should see to, one thing at a time; nothing when all is well. */
export function EncryptionNote() {
  const status = useEncryptionStatus();
  const now = useMinute();
  const [told, setTold] = useState<Told>(() => localStore.read<Told>(LATER) ?? {});
  const later = (note: string) => {
    const next = { ...told, [note]: Date.now() };
    localStore.write(LATER, next);
    setTold(next);
  };
  const due = (note: string) => now - (told[note] ?? 0) > LATER_MS;
  if (status.state !== "ready") return null;
  if (!status.verified) {
    if (!status.identity || !due("confirm")) return null;
    return (
      <Note icon={<ShieldQuestion size={15} aria-hidden="true" />} action={t("Confirm")} onAction={() => openDialog({ type: "confirm-device" })} onLater={() => later("confirm")}>
        {t("Confirm this device to read earlier encrypted messages.")}
      </Note>
    );
  }
  const stranger = status.unverified.find((device) => !told[device]);
  if (stranger) {
    return (
      <Note
        icon={<ShieldAlert size={15} aria-hidden="true" />}
        action={t("Have a look")}
        onAction={() => {
          later(stranger);
          openDialog({ type: "settings", page: "devices" });
        }}
        onLater={() => later(stranger)}
      >
        {t("Your account is used on a device that you haven't confirmed. Was it you?")}
      </Note>
    );
  }
  if (status.recovery || !due("recovery")) return null;
  return (
    <Note icon={<KeyRound size={15} aria-hidden="true" />} action={t("Save a key")} onAction={() => openDialog({ type: "recovery-key" })} onLater={() => later("recovery")}>
      {t("Save a recovery key, so that losing your devices doesn't lose your messages.")}
    </Note>
  );
}

interface NoteProps {
  icon: ReactNode;
  children: ReactNode;
  action: string;
  onAction: () => void;
  onLater: () => void;
}

function Note({ icon, children, action, onAction, onLater }: NoteProps) {
  const button = "h-7 rounded-md px-2.5 text-xs font-semibold pointer-coarse:h-10";
  return (
    <div role="status" className="m-2 rounded-lg border border-line bg-canvas px-3 py-2.5 text-xs text-ink-2">
      <p className="flex items-start gap-2">
        <span className="pt-px text-accent-text">{icon}</span>
        <span className="flex-1">{children}</span>
      </p>
      <div className="mt-2 flex gap-1.5 ps-[23px]">
        <button type="button" onClick={onAction} className={`${button} bg-accent text-on-accent hover:bg-accent-hover`}>
          {action}
        </button>
        <button type="button" onClick={onLater} className={`${button} text-ink-2 hover:bg-hover hover:text-ink`}>
          {t("Later")}
        </button>
      </div>
    </div>
  );
}
