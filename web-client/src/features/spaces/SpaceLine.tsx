import { plural, t } from "@/lib/i18n";
import type { SpaceEntry } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { EnterButton } from "@/ui/EnterButton";
import { useWorkspace } from "@/ui/workspace";

/** A channel of a workspace: to open, to join, or to ask for. */
export function SpaceLine({ entry }: { entry: SpaceEntry }) {
  const workspace = useWorkspace();
  const closed = !entry.joined && entry.access === "invite";
  const details = [entry.isSpace ? t("Workspace") : null, plural(entry.members, "{count} member", "{count} members"), entry.topic].filter(Boolean).join(" · ");
  return (
    <li className="flex items-center gap-3 rounded-lg px-3 py-2.5 hover:bg-hover">
      <Avatar id={entry.id} name={entry.name} mxc={entry.avatar} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">{entry.name}</p>
        <p className="truncate text-xs text-ink-2">{details}</p>
      </div>
      {closed ? (
        <span className="text-xs text-ink-3">{t("By invitation")}</span>
      ) : (
        <EnterButton entry={entry} address={entry.id} onEntered={(channel) => workspace.router.open(channel)} />
      )}
    </li>
  );
}
