import { ShieldAlert } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Doubt, Message } from "@/matrix/model";

const WORDS: Readonly<Record<Doubt, string>> = {
  device: "Sent from a device that {name} has not confirmed.",
  identity: "{name}'s keys have changed since you compared them.",
};

/** Why a message should be taken with care. */
export function DoubtLine({ message, doubt }: { message: Message; doubt: Doubt }) {
  return (
    <p className="flex items-start gap-1.5 text-xs text-warn">
      <ShieldAlert size={13} className="mt-px shrink-0" aria-hidden="true" />
      {message.own && doubt === "device" ? t("Sent from a device of yours that you have not confirmed.") : t(WORDS[doubt], { name: message.sender.name })}
    </p>
  );
}
