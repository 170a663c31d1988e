import { LockKeyhole, MessageSquareOff } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { useValueOf } from "@/ui/workspace";

/** Why one can't write here now, `null` when one can. */
export function useObstacle(channel: Channel): "rights" | "encryption" | null {
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const encryption = useValueOf((matrix) => matrix.encryption.status, null);
  if (rights?.send === false) return "rights";
  return channel.encrypted && encryption?.state === "failed" ? "encryption" : null;
}

/** In place of the composer where one cannot write, with the reason. */
export function NoComposer({ obstacle }: { obstacle: "rights" | "encryption" }) {
  const encrypted = obstacle === "encryption";
  const Icon = encrypted ? LockKeyhole : MessageSquareOff;
  return (
    <div className="px-4 pb-4">
      <div className="flex items-center gap-2.5 rounded-xl border border-line bg-sunken px-4 py-3 text-sm text-ink-2">
        <Icon size={16} className="shrink-0" aria-hidden="true" />
        <p className="min-w-0 flex-1">
          {encrypted ? t("Encryption could not be loaded, so nothing can be read or written here. What you wrote before is kept.") : t("You may read here, but not write.")}
        </p>
        {encrypted && (
          <Button className="h-8" onClick={() => location.reload()}>
            {t("Reload")}
          </Button>
        )}
      </div>
    </div>
  );
}
