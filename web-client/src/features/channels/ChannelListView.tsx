import { Compass, Plus } from "lucide-react";
import { memo, useEffect, useMemo, useRef } from "react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { sectionsOf } from "@/state/channel-list";
import { openDialog } from "@/state/dialogs";
import { inSpace } from "@/state/spaces";
import { Button, IconButton } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { useMedia, useValue } from "@/ui/hooks";
import { useVirtualList } from "@/ui/virtual";
import { useRoute, useWorkspace } from "@/ui/workspace";
import { ChannelLine } from "./ChannelLine";
import { InviteLine } from "./InviteLine";

type Line = { key: string } & ({ type: "title"; title: string; onAdd?: () => void; addLabel?: string } | { type: "channel"; channel: Channel } | { type: "invite"; channel: Channel });

/** All channels by section; only the visible lines are on the page. */
export function ChannelListView() {
  const workspace = useWorkspace();
  const all = useValue(workspace.channels);
  const space = useValue(workspace.spaces.chosen);
  const channels = useMemo(() => inSpace(space, all), [space, all]);
  const matrix = useValue(workspace.matrix);
  const route = useRoute();
  const lines = useMemo(() => linesOf(channels), [channels]);
  const scroller = useRef<HTMLDivElement>(null);
  const coarse = useMedia("(pointer: coarse)");
  const virtualizer = useVirtualList({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(lines[index], coarse),
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  });
  useEffect(() => {
    const index = lines.findIndex((line) => line.type === "channel" && line.channel.id === route.channel);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "auto" });
    // Only when another channel is opened, not when the list changes under the reader.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [route.channel]);
  if (lines.length === 0) return matrix ? <NoChannels /> : <ListSkeleton />;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4" data-channel-list="">
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <div key={item.key} className="absolute inset-x-0" style={{ top: item.start, height: item.size }}>
            <LineView line={lines[item.index] as Line} open={route.channel} />
          </div>
        ))}
      </div>
    </div>
  );
}

function heightOf(line: Line | undefined, coarse: boolean): number {
  if (line?.type === "title") return 40;
  if (line?.type === "invite") return 92;
  return coarse ? 44 : 32;
}

function linesOf(channels: readonly Channel[]): Line[] {
  const sections = sectionsOf(channels);
  const lines: Line[] = [];
  const add = (title: string, members: readonly Channel[], more: { onAdd?: () => void; addLabel?: string } = {}) => {
    if (!members.length) return;
    lines.push({ key: `title ${title}`, type: "title", title, ...more });
    for (const channel of members) lines.push({ key: channel.id, type: channel.membership === "invite" ? "invite" : "channel", channel });
  };
  add(t("Invitations"), sections.invites);
  add(t("Favourites"), sections.favourites);
  add(t("Channels"), sections.channels, { onAdd: () => openDialog({ type: "browse" }), addLabel: t("Browse channels") });
  add(t("Direct messages"), sections.people, { onAdd: () => openDialog({ type: "direct" }), addLabel: t("New message") });
  add(t("Archived"), sections.archived);
  return lines;
}

const LineView = memo(function LineView({ line, open }: { line: Line; open: string | null }) {
  if (line.type === "invite") return <InviteLine channel={line.channel} />;
  if (line.type === "channel") return <ChannelLine channel={line.channel} open={line.channel.id === open} />;
  return (
    <div className="flex h-full items-end justify-between ps-2 pb-1">
      <h2 className="text-xs leading-6 font-semibold text-ink-3">{line.title}</h2>
      {line.onAdd && (
        <IconButton size="sm" label={line.addLabel ?? t("Add")} className="size-6" onClick={line.onAdd}>
          <Plus size={15} />
        </IconButton>
      )}
    </div>
  );
}, (before, after) => sameLine(before, after));

interface LineProps {
  line: Line;
  open: string | null;
}

function sameLine(before: LineProps, after: LineProps): boolean {
  if (before.line.type === "title" || after.line.type === "title") return before.line.key === after.line.key;
  const id = after.line.channel.id;
  return before.line.channel === after.line.channel && (before.open === id) === (after.open === id);
}

function NoChannels() {
  return (
    <div className="flex-1">
      <Empty
        icon={<Compass size={22} aria-hidden="true" />}
        title={t("No channels yet")}
        action={
          <div className="flex flex-col gap-2">
            <Button look="primary" onClick={() => openDialog({ type: "browse" })}>
              {t("Browse channels")}
            </Button>
            <Button onClick={() => openDialog({ type: "create" })}>{t("Create a channel")}</Button>
          </div>
        }
      >
        {t("Join one that is already there, or make the first.")}
      </Empty>
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className="flex-1 space-y-2 px-4 pt-10" role="status" aria-label={t("Loading channels")}>
      {["w-32", "w-40", "w-28", "w-36", "w-24"].map((width) => (
        <div key={width} className="shimmer flex h-7 items-center gap-2">
          <span className="size-4 rounded bg-active" />
          <span className={`h-3 rounded bg-active ${width}`} />
        </div>
      ))}
    </div>
  );
}
