import { ShieldAlert, ShieldCheck } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Person } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { useTrust } from "./useTrust";

/** Beside the name of an encrypted conversation with one person: how well their keys are known. */
export function TrustMark({ person, channel }: { person: Person; channel: string }) {
  const { trust } = useTrust(person.id);
  if (trust?.state === "changed") {
    const label = t("{name}'s keys have changed. Have a look.", { name: person.name });
    return (
      <button type="button" aria-label={label} title={label} onClick={() => openDialog({ type: "person", person, channel })} className="flex size-6 shrink-0 items-center justify-center rounded-md text-warn hover:bg-hover">
        <ShieldAlert size={15} aria-hidden="true" />
      </button>
    );
  }
  const verified = trust?.state === "verified";
  const label = verified ? t("End-to-end encrypted, keys compared") : t("End-to-end encrypted");
  return <ShieldCheck size={14} className={verified ? "shrink-0 text-accent-text" : "shrink-0 text-ink-3"} role="img" aria-label={label} />;
}
