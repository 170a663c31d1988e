import { KeyRound, LockKeyhole, ShieldAlert } from "lucide-react";
import { t } from "@/lib/i18n";
import type { LockReason, Message } from "@/matrix/model";
import { useTimelineActions } from "./actions";

/** What is wrong, and what comes of it. */
const WORDS: Readonly<Record<Exclude<LockReason, "pending">, string>> = {
  "no-key": "Waiting for the key to this message. It opens by itself when {name} or one of your devices is online.",
  unverified: "Sent before you signed in on this device.",
  "no-backup": "Sent before you signed in on this device, and there is no backup of its key.",
  "not-joined": "Sent before you joined. Only those who were here can read it.",
  withheld: "{name} doesn't share the key to this message with this device.",
  identity: "This message may not be from {name}: it came from a device that isn't confirmed as theirs.",
  broken: "This message can't be decrypted. It may be damaged.",
};

/** In place of an encrypted message that can't be read: why, and what to do. It gives way to the message as soon as it opens. */
export function LockedBody({ message }: { message: Message }) {
  const { verifyDevice } = useTimelineActions();
  const reason = message.locked ?? "pending";
  if (reason === "pending") {
    return (
      <p className="flex h-6 items-center gap-2 text-sm text-ink-3" aria-busy="true">
        <LockKeyhole size={14} className="shrink-0" aria-hidden="true" />
        {t("Decrypting…")}
      </p>
    );
  }
  const Icon = reason === "identity" || reason === "broken" ? ShieldAlert : reason === "no-key" ? KeyRound : LockKeyhole;
  return (
    <div className="flex items-start gap-2 text-sm text-ink-3">
      <Icon size={14} className="mt-1 shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1">
        {t(WORDS[reason], { name: message.sender.name })}
        {reason === "unverified" && (
          <button type="button" onClick={verifyDevice} className="ms-1.5 rounded font-medium text-accent-text hover:underline">
            {t("Confirm this device to read it")}
          </button>
        )}
      </p>
    </div>
  );
}
