import { ArrowLeft, Info, LayoutGrid, ListPlus, LogOut, MoreHorizontal, UserPlus, Users } from "lucide-react";
import { lazy, Suspense } from "react";
import { plural, t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { leaveChannel } from "@/state/leave";
import { Avatar } from "@/ui/Avatar";
import { Button, IconButton } from "@/ui/Button";
import { Empty, Problem } from "@/ui/Empty";
import { cx } from "@/ui/cx";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { Spinner } from "@/ui/Spinner";
import { useRoute, useValueOf, useWorkspace } from "@/ui/workspace";
import { SpaceLine } from "./SpaceLine";
import { useHierarchy } from "./useHierarchy";

const SidePanel = lazy(() => import("@/features/channel").then((module) => ({ default: module.SidePanel })));

/** A workspace: what it is, and its channels to go to or to join. */
export function SpacePage({ space }: { space: Channel }) {
  const route = useRoute();
  return (
    <div className="flex h-full min-w-0">
      <section aria-label={space.name} className={cx("flex min-w-0 flex-1 flex-col overflow-y-auto", route.panel && "max-[959px]:hidden")}>
        <SpaceHeader space={space} />
        <Contents space={space} />
      </section>
      <Suspense>{route.panel && <SidePanel channel={space} panel={route.panel} />}</Suspense>
    </div>
  );
}

function SpaceHeader({ space }: { space: Channel }) {
  const workspace = useWorkspace();
  const { router } = workspace;
  const rights = useValueOf((matrix) => matrix.rights(space.id), null);
  return (
    <header className="border-b border-line px-6 pt-8 pb-6 max-[719px]:px-4 max-[719px]:pt-3">
      <IconButton label={t("Back to channels")} className="-ms-1 mb-3 min-[720px]:hidden" onClick={() => router.go({ channel: null, panel: null })}>
        <ArrowLeft size={18} />
      </IconButton>
      <div className="mx-auto flex max-w-2xl items-start gap-5">
        <Avatar id={space.id} name={space.name} mxc={space.avatar} size="xl" className="max-[719px]:hidden" />
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold tracking-tight wrap-break-word">{space.name}</h1>
          {space.topic && <p className="mt-1 text-sm text-ink-2">{space.topic}</p>}
          <p className="mt-1 text-xs text-ink-3">{plural(space.members, "{count} member", "{count} members")}</p>
          <div className="mt-4 flex flex-wrap gap-2 empty:hidden">
            {rights?.list && (
              <Button look="primary" icon={<ListPlus size={15} />} onClick={() => openDialog({ type: "list", space: space.id })}>
                {t("Add channels")}
              </Button>
            )}
            {rights?.invite && (
              <Button icon={<UserPlus size={15} />} onClick={() => openDialog({ type: "invite", channel: space.id })}>
                {t("Invite people")}
              </Button>
            )}
          </div>
        </div>
        <Menu
          trigger={
            <IconButton label={t("Menu of the workspace")} className="size-9! border border-line-strong">
              <MoreHorizontal size={18} />
            </IconButton>
          }
        >
          <MenuItem icon={<Info size={15} />} onSelect={() => router.go({ panel: "details" })}>
            {t("Details")}
          </MenuItem>
          <MenuItem icon={<Users size={15} />} onSelect={() => router.go({ panel: "members" })}>
            {t("Members")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger icon={<LogOut size={15} />} onSelect={() => leaveChannel(workspace, space)}>
            {t("Leave workspace")}
          </MenuItem>
        </Menu>
      </div>
    </header>
  );
}

function Contents({ space }: { space: Channel }) {
  const { entries, problem, next, more, retry } = useHierarchy(space);
  return (
    <div className="px-6 py-4 max-[719px]:px-4">
      <div className="mx-auto w-full max-w-2xl">
        {problem && <Problem action={<Button onClick={retry}>{t("Try again")}</Button>}>{problem}</Problem>}
        {!entries && !problem && <Spinner className="mx-auto mt-10 text-ink-3" />}
        {entries?.length === 0 && (
          <Empty icon={<LayoutGrid size={22} aria-hidden="true" />} title={t("No channels yet")}>
            {t("Add channels that are there already, or make new ones.")}
          </Empty>
        )}
        <ul className="-mx-3">
          {entries?.map((entry) => (
            <SpaceLine key={entry.id} entry={entry} />
          ))}
        </ul>
        {next && (
          <div className="p-2 text-center">
            <Button onClick={more}>{t("Show more")}</Button>
          </div>
        )}
      </div>
    </div>
  );
}
