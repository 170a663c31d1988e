import { CloudOff, TriangleAlert } from "lucide-react";
import { t } from "@/lib/i18n";
import { useValue } from "@/ui/hooks";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

/** What is wrong with the connection, and nothing when all is well. Writing goes on meanwhile. */
export function ConnectionNote() {
  const workspace = useWorkspace();
  const connection = useValue(workspace.connection);
  const failure = useValue(workspace.failure);
  if (failure) {
    return (
      <Note icon={<TriangleAlert size={15} aria-hidden="true" />}>
        {failure}{" "}
        <button type="button" className="font-semibold underline" onClick={() => void workspace.start()}>
          {t("Try again")}
        </button>
      </Note>
    );
  }
  if (connection === "offline") return <Note icon={<CloudOff size={15} aria-hidden="true" />}>{t("No connection. Trying again… What you write is kept and sent later.")}</Note>;
  if (connection === "starting") return <Note icon={<Spinner className="size-3.5" />}>{t("Connecting…")}</Note>;
  return null;
}

function Note({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <div role="status" className="m-2 flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-xs text-warn">
      <span className="pt-px">{icon}</span>
      <span className="flex-1">{children}</span>
    </div>
  );
}
