import { BellOff, Hash, Lock, Pencil } from "lucide-react";
import { t } from "@/lib/i18n";
import { constant } from "@/lib/observable";
import type { Channel, PresenceState } from "@/matrix/model";
import { formatRoute } from "@/state/router";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

export function ChannelLine({ channel, open }: { channel: Channel; open: boolean }) {
  const { router, drafts } = useWorkspace();
  const strong = channel.unread > 0 || channel.mentions > 0 || channel.quiet;
  const href = formatRoute({ channel: channel.id, event: null, thread: null, panel: null });
  return (
    <a
      href={href}
      aria-current={open ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        router.open(channel.id);
      }}
      className={cx(
        "flex h-full items-center gap-2.5 rounded-lg px-2 text-sm transition-colors focus-visible:outline-offset-[-2px]",
        open ? "bg-active font-medium text-ink" : "hover:bg-hover",
        !open && (strong ? "font-semibold text-ink" : channel.attention === "mute" ? "text-ink-3" : "text-ink-2"),
      )}
    >
      <ChannelIcon channel={channel} />
      <span className="min-w-0 flex-1 truncate">{channel.name}</span>
      {!open && drafts.has(channel.id) && <Pencil size={13} className="shrink-0 text-ink-3" role="img" aria-label={t("Draft")} />}
      {channel.attention === "mute" && <BellOff size={13} className="shrink-0 text-ink-3" role="img" aria-label={t("Muted")} />}
      {channel.unread > 0 || channel.mentions > 0 ? (
        <Badge unread={channel.unread} mentions={channel.mentions} />
      ) : (
        channel.quiet && !open && channel.attention !== "mute" && <span className="me-1.5 size-1.5 shrink-0 rounded-full bg-ink-2" role="img" aria-label={t("Unread")} />
      )}
    </a>
  );
}

function ChannelIcon({ channel }: { channel: Channel }) {
  if (channel.kind === "dm") return <PartnerAvatar channel={channel} />;
  if (channel.avatar) return <Avatar id={channel.id} name={channel.name} mxc={channel.avatar} size="sm" />;
  const Icon = channel.kind === "public" ? Hash : Lock;
  return (
    <span className="flex size-5 shrink-0 items-center justify-center text-ink-3">
      <Icon size={channel.kind === "public" ? 16 : 14} role="img" aria-label={channel.kind === "public" ? t("Public channel") : t("Private channel")} />
    </span>
  );
}

const OFFLINE = constant({ state: "offline" as PresenceState });

function PartnerAvatar({ channel }: { channel: Channel }) {
  const matrix = useValue(useWorkspace().matrix);
  const presence = useValue<{ state: PresenceState }>(channel.partner && matrix ? matrix.presence(channel.partner) : OFFLINE);
  return <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} size="sm" presence={presence.state} />;
}
