import { ChevronsUpDown, LayoutGrid, Plus, Settings2 } from "lucide-react";
import { t } from "@/lib/i18n";
import { openDialog } from "@/state/dialogs";
import { contentsOf, joinedSpaces } from "@/state/spaces";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { useValue } from "@/ui/hooks";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { useWorkspace } from "@/ui/workspace";

/** Which workspace's channels are listed; nothing for those who are in none. */
export function SpaceSwitch() {
  const workspace = useWorkspace();
  const channels = useValue(workspace.channels);
  const chosen = useValue(workspace.spaces.chosen);
  const spaces = joinedSpaces(channels);
  if (spaces.length === 0) return null;
  const current = spaces.find((space) => space.id === chosen);
  const choose = (space: Channel | null) => workspace.spaces.choose(space?.id ?? null);
  return (
    <div className="px-3 pb-2">
      <Menu
        align="start"
        className="relative flex"
        trigger={
          <button type="button" className="flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-lg px-2 text-start font-semibold hover:bg-hover pointer-coarse:h-11">
            <span className="sr-only">{t("Workspace")}</span>
            {current ? <Avatar id={current.id} name={current.name} mxc={current.avatar} size="sm" /> : <LayoutGrid size={17} className="mx-0.5 shrink-0 text-ink-2" aria-hidden="true" />}
            <span className="min-w-0 flex-1 truncate">{current?.name ?? t("All channels")}</span>
            <ChevronsUpDown size={15} className="shrink-0 text-ink-3" aria-hidden="true" />
          </button>
        }
      >
        <MenuItem icon={<LayoutGrid size={15} />} hint={current ? null : "✓"} onSelect={() => choose(null)}>
          {t("All channels")}
        </MenuItem>
        {spaces.map((space) => (
          <MenuItem key={space.id} icon={<Avatar id={space.id} name={space.name} mxc={space.avatar} size="xs" />} hint={space.id === chosen ? "✓" : unreadHint(space, channels)} onSelect={() => choose(space)}>
            {space.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        {current && (
          <MenuItem icon={<Settings2 size={15} />} onSelect={() => workspace.router.open(current.id)}>
            {t("Overview of {name}", { name: current.name })}
          </MenuItem>
        )}
        <MenuItem icon={<Plus size={15} />} onSelect={() => openDialog({ type: "new-space" })}>
          {t("New workspace")}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** A mark when something in the workspace is unread. */
function unreadHint(space: Channel, channels: readonly Channel[]): string | null {
  const contents = contentsOf(space.id, channels);
  return channels.some((channel) => contents.has(channel.id) && channel.unread > 0) ? "•" : null;
}
