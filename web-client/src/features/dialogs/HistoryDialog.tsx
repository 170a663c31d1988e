import { useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { fullTime } from "@/lib/time";
import type { Revision } from "@/matrix/model";
import { closeDialog } from "@/state/dialogs";
import { Dialog } from "@/ui/Dialog";
import { Problem } from "@/ui/Empty";
import { useValue } from "@/ui/hooks";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

/** How a message has changed: its versions, the newest first. */
export function HistoryDialog({ channel, event }: { channel: string; event: string }) {
  const matrix = useValue(useWorkspace().matrix);
  const [versions, setVersions] = useState<readonly Revision[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    matrix?.revisions(channel, event).then(
      (found) => setVersions(found.toReversed()),
      (error: Error) => setProblem(error.message),
    );
  }, [matrix, channel, event]);
  return (
    <Dialog title={t("Versions of this message")} onClose={closeDialog}>
      <div className="min-h-32 overflow-y-auto border-t border-line px-5 py-4">
        {problem && <Problem>{problem}</Problem>}
        {!versions && !problem && <Spinner className="mx-auto mt-8 text-ink-3" />}
        <ol className="space-y-4">
          {versions?.map((version, index) => (
            <li key={version.id}>
              <p className="text-xs text-ink-3">
                {index === 0 && versions.length > 1 && <span className="me-1.5 font-semibold text-accent-text">{t("Now")}</span>}
                {index === versions.length - 1 && <span className="me-1.5 font-semibold">{t("At first")}</span>}
                <time>{fullTime(version.ts)}</time>
              </p>
              <p className="mt-0.5 text-msg wrap-break-word whitespace-pre-wrap">{version.body}</p>
            </li>
          ))}
        </ol>
      </div>
    </Dialog>
  );
}
