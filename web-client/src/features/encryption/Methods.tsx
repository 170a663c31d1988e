import { Camera, Smile } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { t } from "@/lib/i18n";
import type { Verification } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { useWorkspace } from "@/ui/workspace";
import { QrCode } from "./QrCode";

// Reading codes weighs four times as much as everything else here.
const QrScanner = lazy(() => import("./QrScanner").then((module) => ({ default: module.QrScanner })));

/** The two sides know of each other; how shall they compare? */
export function Methods({ run }: { run: Verification }) {
  const workspace = useWorkspace();
  const [scanning, setScanning] = useState(false);
  const scanned = (code: string) => void workspace.attempt((matrix) => matrix.encryption.scannedCode(run.id, code));
  if (scanning) {
    return (
      <Suspense>
        <QrScanner onCode={scanned} onBack={() => setScanning(false)} />
      </Suspense>
    );
  }
  const code = run.canShow ? run.code : null;
  return (
    <>
      <p role="status" className="text-sm text-ink-2">
        {code ? t("Scan this with the other device, or compare emoji if it has no camera.") : t("Compare emoji that both sides are shown.")}
      </p>
      {code && <QrCode data={code} />}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        {run.canScan && (
          <Button icon={<Camera size={15} />} onClick={() => setScanning(true)}>
            {t("Scan its code")}
          </Button>
        )}
        {run.canCompare && (
          <Button look="primary" icon={<Smile size={15} />} onClick={() => void workspace.attempt((matrix) => matrix.encryption.compareEmoji(run.id))}>
            {t("Compare emoji")}
          </Button>
        )}
      </div>
    </>
  );
}
