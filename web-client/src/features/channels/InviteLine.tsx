import { useState } from "react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { useWorkspace } from "@/ui/workspace";

/** An invitation: from whom, to what, and the two answers. */
export function InviteLine({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState<"join" | "decline" | null>(null);
  const accept = async () => {
    setBusy("join");
    const joined = await workspace.attempt((matrix) => matrix.join(channel.id));
    setBusy(null);
    if (joined) workspace.router.open(joined);
  };
  const decline = async () => {
    setBusy("decline");
    await workspace.attempt((matrix) => matrix.leave(channel.id));
    setBusy(null);
  };
  const who = channel.inviter?.name ?? t("Someone");
  const direct = channel.kind === "dm";
  return (
    <div className="rounded-lg border border-line bg-canvas p-2">
      <div className="flex items-center gap-2">
        <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} size="sm" />
        <p className="min-w-0 flex-1 truncate text-sm" title={channel.inviter?.id}>
          <span className="font-semibold">{direct ? who : channel.name}</span>
          <span className="text-ink-3"> {direct ? t("wants to talk") : t("from {who}", { who })}</span>
        </p>
      </div>
      <div className="mt-2 flex gap-2">
        <Button look="primary" className="h-8 flex-1 px-2" busy={busy === "join"} disabled={busy !== null} onClick={accept}>
          {t("Accept")}
        </Button>
        <Button className="h-8 flex-1 px-2" busy={busy === "decline"} disabled={busy !== null} onClick={decline}>
          {t("Decline")}
        </Button>
      </div>
    </div>
  );
}
