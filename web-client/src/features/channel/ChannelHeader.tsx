import { ArrowLeft, AtSign, Bell, BellOff, Check, Hash, Info, Lock, LogOut, MessageSquareText, MoreHorizontal, Pin, Search, ShieldCheck, Star, UserPlus, Users } from "lucide-react";
import { lazy, Suspense } from "react";
import { t } from "@/lib/i18n";
import type { Attention, Channel } from "@/matrix/model";
import { leaveChannel } from "@/state/leave";
import { openDialog } from "@/state/dialogs";
import type { Panel } from "@/state/router";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { useRoute, useValueOf, useWorkspace } from "@/ui/workspace";
import { PresenceText } from "./PresenceText";

const TrustMark = lazy(() => import("@/features/encryption").then((module) => ({ default: module.TrustMark })));

const NO_PINS: readonly string[] = [];

export function ChannelHeader({ channel }: { channel: Channel }) {
  const { router } = useWorkspace();
  const route = useRoute();
  const pins = useValueOf((matrix) => matrix.pins(channel.id), NO_PINS);
  const toggle = (panel: Panel) => router.go({ panel: route.panel === panel ? null : panel, thread: null });
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-4 max-[719px]:px-2">
      <IconButton label={t("Back to channels")} className="min-[720px]:hidden" onClick={() => router.go({ channel: null, event: null, thread: null, panel: null })}>
        <ArrowLeft size={18} />
      </IconButton>
      <Mark channel={channel} />
      <div className="min-w-0 flex-1">
        <h1 className="flex items-center gap-1.5 text-[0.9375rem] leading-5 font-semibold">
          <span className="truncate">{channel.name}</span>
          {channel.encrypted && <EncryptionMark channel={channel} />}
        </h1>
        {channel.kind === "dm" && channel.partner ? (
          <PresenceText user={channel.partner} />
        ) : (
          channel.topic && (
            <p className="truncate text-xs leading-4 text-ink-3" title={channel.topic}>
              {channel.topic}
            </p>
          )
        )}
      </div>
      {pins.length > 0 && (
        <IconButton label={t("Pinned messages")} pressed={route.panel === "pins"} onClick={() => toggle("pins")} className="max-[719px]:hidden">
          <Pin size={17} />
        </IconButton>
      )}
      <IconButton label={t("Search messages")} pressed={route.panel === "search"} onClick={() => toggle("search")} className="max-[719px]:hidden">
        <Search size={17} />
      </IconButton>
      <IconButton label={t("Threads")} pressed={route.panel === "threads"} onClick={() => toggle("threads")} className="max-[719px]:hidden">
        <MessageSquareText size={17} />
      </IconButton>
      <IconButton label={channel.kind === "dm" ? t("Members") : t("Members: {count}", { count: channel.members })} pressed={route.panel === "members"} onClick={() => toggle("members")} className={channel.kind === "dm" ? "" : "w-auto! gap-1.5 px-2"}>
        <Users size={17} className="shrink-0" />
        {channel.kind !== "dm" && <span className="text-xs font-medium tabular-nums">{channel.members}</span>}
      </IconButton>
      <ChannelMenu channel={channel} onPanel={toggle} />
    </header>
  );
}

function EncryptionMark({ channel }: { channel: Channel }) {
  const plain = <ShieldCheck size={14} className="shrink-0 text-ink-3" role="img" aria-label={t("End-to-end encrypted")} />;
  if (!channel.partner) return plain;
  return (
    <Suspense fallback={plain}>
      <TrustMark person={{ id: channel.partner, name: channel.name, avatar: channel.avatar }} channel={channel.id} />
    </Suspense>
  );
}

function Mark({ channel }: { channel: Channel }) {
  if (channel.kind === "dm" || channel.avatar) return <Avatar id={channel.partner ?? channel.id} name={channel.name} mxc={channel.avatar} />;
  const Icon = channel.kind === "public" ? Hash : Lock;
  return (
    <span className="flex size-8 shrink-0 items-center justify-center rounded-lg bg-hover text-ink-2">
      <Icon size={16} aria-hidden="true" />
    </span>
  );
}

const ATTENTION: readonly { value: Attention; label: string; icon: React.ReactNode }[] = [
  { value: "all", label: "Every message", icon: <Bell size={15} /> },
  { value: "mentions", label: "Mentions only", icon: <AtSign size={15} /> },
  { value: "mute", label: "Nothing", icon: <BellOff size={15} /> },
];

function ChannelMenu({ channel, onPanel }: { channel: Channel; onPanel: (panel: Panel) => void }) {
  const workspace = useWorkspace();
  return (
    <Menu
      trigger={
        <IconButton label={t("Channel menu")}>
          <MoreHorizontal size={18} />
        </IconButton>
      }
    >
      <MenuItem icon={<Info size={15} />} onSelect={() => onPanel("details")}>
        {t("Details")}
      </MenuItem>
      <MenuItem icon={<Search size={15} />} onSelect={() => onPanel("search")}>
        {t("Search messages")}
      </MenuItem>
      <MenuItem icon={<MessageSquareText size={15} />} onSelect={() => onPanel("threads")}>
        {t("Threads")}
      </MenuItem>
      <MenuItem icon={<Pin size={15} />} onSelect={() => onPanel("pins")}>
        {t("Pinned messages")}
      </MenuItem>
      {channel.kind !== "dm" && (
        <MenuItem icon={<UserPlus size={15} />} onSelect={() => openDialog({ type: "invite", channel: channel.id })}>
          {t("Invite people")}
        </MenuItem>
      )}
      <MenuItem icon={<Star size={15} />} onSelect={() => void workspace.attempt((matrix) => matrix.setFavourite(channel.id, !channel.favourite))}>
        {channel.favourite ? t("Remove from favourites") : t("Add to favourites")}
      </MenuItem>
      <MenuItem icon={<Check size={15} />} hint="Esc" onSelect={() => void workspace.attempt((matrix) => matrix.markChannelRead(channel.id))}>
        {t("Mark as read")}
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>{t("Notify me of")}</MenuLabel>
      {ATTENTION.map((one) => (
        <MenuItem key={one.value} icon={one.icon} hint={channel.attention === one.value ? "✓" : null} onSelect={() => void workspace.attempt((matrix) => matrix.setAttention(channel.id, one.value))}>
          {t(one.label)}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem danger icon={<LogOut size={15} />} onSelect={() => leaveChannel(workspace, channel)}>
        {channel.kind === "dm" ? t("Close conversation") : t("Leave channel")}
      </MenuItem>
    </Menu>
  );
}
