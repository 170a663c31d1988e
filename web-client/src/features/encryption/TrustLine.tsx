import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import type { Person } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { useWorkspace } from "@/ui/workspace";
import { useEncryptionStatus } from "./useEncryption";
import { useTrust } from "./useTrust";

/** How well someone's keys are known, and the way to compare them. Nothing where encryption was never used. */
export function TrustLine({ person }: { person: Person }) {
  const status = useEncryptionStatus();
  const { trust, look } = useTrust(person.id);
  if (!trust || trust.state === "none" || !status.verified) return null;
  if (trust.state === "verified") {
    return (
      <p className="flex items-center gap-2 text-sm text-accent-text">
        <ShieldCheck size={16} aria-hidden="true" />
        {t("You have compared keys: this is really {name}.", { name: person.name })}
      </p>
    );
  }
  if (trust.state === "changed") return <Changed person={person} onAccepted={look} />;
  return (
    <div className="flex items-center gap-2 text-sm text-ink-2">
      <ShieldQuestion size={16} className="shrink-0 text-ink-3" aria-hidden="true" />
      <span className="min-w-0 flex-1">{t("You haven't compared keys yet.")}</span>
      <CompareButton person={person} />
    </div>
  );
}

function CompareButton({ person }: { person: Person }) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState(false);
  const compare = async () => {
    setBusy(true);
    const id = await workspace.attempt(async (matrix) => matrix.encryption.verifyPerson(person.id, await matrix.direct(person.id)));
    setBusy(false);
    if (id) openDialog({ type: "verify", id });
  };
  return (
    <Button className="h-8" busy={busy} onClick={compare}>
      {t("Compare keys")}
    </Button>
  );
}

/** Another identity than before: a new beginning of theirs, or somebody else. */
function Changed({ person, onAccepted }: { person: Person; onAccepted: () => void }) {
  const workspace = useWorkspace();
  const accept = async () => {
    await workspace.attempt((matrix) => matrix.encryption.acceptIdentity(person.id));
    onAccepted();
  };
  return (
    <div role="alert" className="rounded-lg bg-warn-soft px-3 py-2.5 text-sm text-warn">
      <p className="flex items-start gap-2">
        <ShieldAlert size={16} className="mt-0.5 shrink-0" aria-hidden="true" />
        {t("{name}'s keys have changed. They may have reset their encryption; if they say that they have not, somebody else may be reading.", { name: person.name })}
      </p>
      <div className="mt-2 flex gap-2 ps-6">
        <CompareButton person={person} />
        <Button className="h-8" onClick={accept}>
          {t("Go on")}
        </Button>
      </div>
    </div>
  );
}
