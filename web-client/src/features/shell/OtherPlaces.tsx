import { ArrowLeft, SearchX } from "lucide-react";
import { useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

function BackHome() {
  const { router } = useWorkspace();
  return (
    <IconButton label={t("Back to channels")} className="absolute start-2 top-3 min-[720px]:hidden" onClick={() => router.go({ channel: null, event: null, panel: null, thread: null })}>
      <ArrowLeft size={18} />
    </IconButton>
  );
}

/** An invitation, opened. */
export function InviteView({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState(false);
  const accept = async () => {
    setBusy(true);
    await workspace.attempt((matrix) => matrix.join(channel.id));
    setBusy(false);
  };
  const decline = async () => {
    await workspace.attempt((matrix) => matrix.leave(channel.id));
    workspace.router.go({ channel: null });
  };
  return (
    <div className="relative flex h-full flex-col items-center justify-center px-6 text-center">
      <BackHome />
      <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} size="xl" />
      <h1 className="mt-4 text-xl font-semibold">{channel.name}</h1>
      <p className="mt-1 max-w-sm text-sm text-ink-2">
        {channel.inviter ? t("{name} invited you.", { name: channel.inviter.name }) : t("You are invited.")} {channel.topic}
      </p>
      {channel.members > 0 && <p className="mt-1 text-xs text-ink-3">{plural(channel.members, "{count} member", "{count} members")}</p>}
      <div className="mt-5 flex gap-2">
        <Button look="primary" busy={busy} onClick={accept}>
          {t("Join")}
        </Button>
        <Button onClick={decline}>{t("Decline")}</Button>
      </div>
    </div>
  );
}

/** The address names a channel that one is not in. */
export function MissingChannel({ id, known }: { id: string; known: boolean }) {
  const workspace = useWorkspace();
  if (!known) {
    return (
      <div className="flex h-full items-center justify-center text-ink-3">
        <Spinner className="size-6" />
      </div>
    );
  }
  const join = async () => {
    const joined = await workspace.attempt((matrix) => matrix.join(id));
    if (joined) workspace.router.go({ channel: joined }, "replace");
  };
  return (
    <div className="relative flex h-full items-center justify-center">
      <BackHome />
      <Empty icon={<SearchX size={22} aria-hidden="true" />} title={t("You are not in this channel")} action={<Button look="primary" onClick={join}>{t("Try to join")}</Button>}>
        {t("It may be private, or have moved.")}
      </Empty>
    </div>
  );
}
