import { ArrowLeft, SearchX } from "lucide-react";
import { useState } from "react";
import { plural, t } from "@/lib/i18n";
import { serverOf } from "@/lib/ids";
import type { Matrix } from "@/matrix/api";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Spinner } from "@/ui/Spinner";
import { useAnswer, useWorkspace } from "@/ui/workspace";

const previewOf = (matrix: Matrix, channel: string) => matrix.preview(channel);

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

/** The address names a channel that one is not in: what it is, as far as that is told, and the way in. `knocked`: it has been asked. */
export function MissingChannel({ id, known, knocked }: { id: string; known: boolean; knocked: boolean }) {
  const workspace = useWorkspace();
  const found = useAnswer(previewOf, id);
  const [busy, setBusy] = useState(false);
  if (!known || found === undefined) {
    return (
      <div className="flex h-full items-center justify-center text-ink-3">
        <Spinner className="size-6" />
      </div>
    );
  }
  const asks = found?.access === "knock";
  const enter = async () => {
    setBusy(true);
    const joined = await workspace.attempt(async (matrix) => {
      if (!asks) return matrix.join(id, [serverOf(id)].filter(Boolean));
      await matrix.knock(id);
      return null;
    });
    setBusy(false);
    if (joined) workspace.router.go({ channel: joined }, "replace");
  };
  const takeBack = async () => {
    setBusy(true);
    await workspace.attempt((matrix) => matrix.leave(id));
    setBusy(false);
  };
  const button = knocked ? (
    <div className="flex flex-col items-center gap-3">
      <p className="text-sm text-ink-2">{t("You have asked to join. Somebody in the channel will answer.")}</p>
      <Button busy={busy} onClick={() => void takeBack()}>
        {t("Take it back")}
      </Button>
    </div>
  ) : (
    <Button look="primary" busy={busy} onClick={() => void enter()}>
      {asks ? t("Ask to join") : found ? t("Join") : t("Try to join")}
    </Button>
  );
  return (
    <div className="relative flex h-full flex-col items-center justify-center px-6 text-center">
      <BackHome />
      {found ? (
        <>
          <Avatar id={found.id} name={found.name} mxc={found.avatar} size="xl" />
          <h1 className="mt-4 text-xl font-semibold">{found.name}</h1>
          {found.topic && <p className="mt-1 max-w-sm text-sm text-ink-2">{found.topic}</p>}
          <p className="mt-1 mb-5 text-xs text-ink-3">{plural(found.members, "{count} member", "{count} members")}</p>
          {button}
        </>
      ) : (
        <Empty icon={<SearchX size={22} aria-hidden="true" />} title={t("You are not in this channel")} action={button}>
          {t("It may be private, or have moved.")}
        </Empty>
      )}
    </div>
  );
}
