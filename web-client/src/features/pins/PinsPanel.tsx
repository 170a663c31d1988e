import { Pin, PinOff } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { shortLabel } from "@/lib/time";
import type { Channel, Message } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { useMinute, useValue } from "@/ui/hooks";
import { Panel } from "@/ui/Panel";
import { Spinner } from "@/ui/Spinner";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const NONE: readonly string[] = [];

/** The pinned messages of a channel. */
export function PinsPanel({ channel }: { channel: Channel }) {
  const { router } = useWorkspace();
  const pins = useValueOf((matrix) => matrix.pins(channel.id), NONE);
  return (
    <Panel title={t("Pinned messages")} detail={channel.name} onClose={() => router.go({ panel: null })}>
      {pins.length === 0 ? (
        <Empty icon={<Pin size={22} aria-hidden="true" />} title={t("Nothing pinned yet")}>
          {t("Pin what everyone should find again: it is in the menu of each message.")}
        </Empty>
      ) : (
        <ul className="min-h-0 flex-1 space-y-1 overflow-y-auto p-2">
          {pins.map((id) => (
            <PinLine key={id} channel={channel.id} id={id} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function PinLine({ channel, id }: { channel: string; id: string }) {
  const workspace = useWorkspace();
  const matrix = useValue(workspace.matrix);
  const rights = useValueOf((connected) => connected.rights(channel), null);
  const now = useMinute();
  const [message, setMessage] = useState<Message | "loading" | null>("loading");
  useEffect(() => {
    let current = true;
    matrix?.message(channel, id).then(
      (found) => current && setMessage(found),
      () => current && setMessage(null),
    );
    return () => {
      current = false;
    };
  }, [matrix, channel, id]);
  if (message === "loading") return <Spinner className="mx-auto my-4 text-ink-3" />;
  return (
    <li className="group relative rounded-lg hover:bg-hover">
      {message ? (
        <button type="button" onClick={() => workspace.router.open(channel, id)} className="flex w-full gap-3 rounded-lg p-2.5 pe-10 text-start">
          <Avatar id={message.sender.id} name={message.sender.name} mxc={message.sender.avatar} />
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline gap-2">
              <span className="truncate text-sm font-semibold">{message.sender.name}</span>
              <time className="shrink-0 text-xs text-ink-3">{shortLabel(message.ts, now)}</time>
            </span>
            <span className="line-clamp-3 text-sm wrap-break-word text-ink-2">{message.kind === "deleted" ? t("Message deleted") : message.body}</span>
          </span>
        </button>
      ) : (
        <p className="p-2.5 pe-10 text-sm text-ink-3">{t("This message can't be loaded.")}</p>
      )}
      {rights?.pin && (
        <IconButton size="sm" label={t("Unpin")} className="absolute end-2 top-2" onClick={() => void workspace.attempt((connected) => connected.setPinned(channel, id, false))}>
          <PinOff size={15} />
        </IconButton>
      )}
    </li>
  );
}
