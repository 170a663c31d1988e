import { Download, UserX } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { saveFile } from "@/lib/files/save";
import { formatNumber, plural, t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import { DataExport, type ExportProgress } from "@/state/data-export";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

/** What one can take along, and the end of the account. */
export function YourData() {
  return (
    <div className="max-w-lg divide-y divide-line">
      <ExportSection />
      <Section icon={<UserX size={18} aria-hidden="true" />} title={t("Close your account")}>
        <p className="mt-1 text-sm text-ink-2">{t("You are signed out everywhere and can never sign in again. Nobody else can take your name.")}</p>
        <Button look="grave" className="mt-3" onClick={() => openDialog({ type: "deactivate" })}>
          {t("Close account…")}
        </Button>
      </Section>
    </div>
  );
}

function ExportSection() {
  const workspace = useWorkspace();
  const [run] = useState(() => new DataExport());
  const progress = useValue(run.progress);
  const [ownOnly, setOwnOnly] = useState(false);
  // Closing the settings ends it.
  useEffect(() => () => run.cancel(), [run]);
  const start = async () => {
    const now = new Date();
    const file = await workspace.attempt((matrix) => run.run(matrix, workspace.channels.get(), ownOnly, now));
    if (file) saveFile(`ChatSphere ${localpart(workspace.userId)} ${now.toISOString().slice(0, 10)}.json`, file);
  };
  return (
    <Section icon={<Download size={18} aria-hidden="true" />} title={t("Export your data")}>
      <p className="mt-1 text-sm text-ink-2">{t("Your profile, settings and devices, and the messages of all your channels as far back as they go, in one JSON file. Encrypted messages are in it as you read them.")}</p>
      {progress ? (
        <Progress progress={progress} onCancel={() => run.cancel()} />
      ) : (
        <>
          <label className="mt-3 flex items-center gap-2.5 text-sm">
            <input type="checkbox" className="size-4 accent-accent" checked={ownOnly} onChange={(event) => setOwnOnly(event.target.checked)} />
            {t("Only messages that I wrote")}
          </label>
          <Button className="mt-3" icon={<Download size={15} />} onClick={() => void start()}>
            {t("Export")}
          </Button>
        </>
      )}
    </Section>
  );
}

function Progress({ progress, onCancel }: { progress: ExportProgress; onCancel: () => void }) {
  return (
    <div className="mt-3 rounded-lg border border-line bg-sunken p-3" role="status">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 truncate text-sm">
          {progress.channel ? t("Reading {name}", { name: progress.channel }) : t("Beginning…")}
          <span className="text-ink-3"> · {plural(progress.events, "{count} event", "{count} events")}</span>
        </p>
        <Button className="h-8" onClick={onCancel}>
          {t("Cancel")}
        </Button>
      </div>
      <progress className="mt-2 block h-1.5 w-full accent-accent" max={progress.total} value={progress.done} aria-label={t("{done} of {total} channels", { done: formatNumber(progress.done), total: formatNumber(progress.total) })} />
    </div>
  );
}

function Section({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className="flex gap-3 py-5 first:pt-0 last:pb-0">
      <span className="pt-px text-ink-3">{icon}</span>
      <div className="min-w-0 flex-1">
        <h3 className="text-sm font-semibold">{title}</h3>
        {children}
      </div>
    </section>
  );
}
