import { Archive, LockKeyhole, MessageSquareOff, MoveRight } from "lucide-react";
import { t } from "@/lib/i18n";
import { serverOf } from "@/lib/ids";
import type { Channel } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { useValueOf, useWorkspace } from "@/ui/workspace";

export type Obstacle = "rights" | "encryption" | "archived" | "moved";

/** Why one can't write here now, `null` when one can. */
export function useObstacle(channel: Channel): Obstacle | null {
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const encryption = useValueOf((matrix) => matrix.encryption.status, null);
  if (channel.successor) return "moved";
  if (channel.archived) return "archived";
  if (rights?.send === false) return "rights";
  return channel.encrypted && encryption?.state === "failed" ? "encryption" : null;
}

const ICONS = { rights: MessageSquareOff, encryption: LockKeyhole, archived: Archive, moved: MoveRight } as const;

const TEXTS: Readonly<Record<Obstacle, string>> = {
  rights: "You may read here, but not write.",
  encryption: "Encryption could not be loaded, so nothing can be read or written here. What you wrote before is kept.",
  archived: "This channel is archived: it can be read, but nothing is written any more.",
  moved: "This channel goes on in another room. What was said here stays.",
};

/** The way to where a channel was moved to. */
function GoOn({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const go = async () => {
    const id = await workspace.attempt((matrix) => matrix.join(channel.successor ?? "", [serverOf(channel.id)].filter(Boolean)));
    if (id) workspace.router.open(id);
  };
  return (
    <Button look="primary" className="h-8" onClick={() => void go()}>
      {t("Go on there")}
    </Button>
  );
}

/** In place of the composer where one cannot write, with the reason. */
export function NoComposer({ obstacle, channel }: { obstacle: Obstacle; channel: Channel }) {
  const Icon = ICONS[obstacle];
  return (
    <div className="px-4 pb-4">
      <div className="flex items-center gap-2.5 rounded-xl border border-line bg-sunken px-4 py-3 text-sm text-ink-2">
        <Icon size={16} className="shrink-0" aria-hidden="true" />
        <p className="min-w-0 flex-1">
          {t(TEXTS[obstacle])}
        </p>
        {obstacle === "moved" && <GoOn channel={channel} />}
        {obstacle === "encryption" && (
          <Button className="h-8" onClick={() => location.reload()}>
            {t("Reload")}
          </Button>
        )}
      </div>
    </div>
  );
}
