import { useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { SpaceEntry } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { useWorkspace } from "@/ui/workspace";

/** A channel of a workspace: to open, to join, or to ask for. */
export function SpaceLine({ entry }: { entry: SpaceEntry }) {
  const workspace = useWorkspace();
  const [state, setState] = useState<"idle" | "busy" | "asked">("idle");
  const asks = !entry.joined && entry.access === "knock";
  const closed = !entry.joined && entry.access === "invite";
  const act = async () => {
    if (entry.joined) return workspace.router.open(entry.id);
    setState("busy");
    const done = await workspace.attempt(async (matrix) => {
      if (!asks) return matrix.join(entry.id);
      await matrix.knock(entry.id);
      return entry.id;
    });
    setState(done && asks ? "asked" : "idle");
    if (done && !asks) workspace.router.open(done);
    return undefined;
  };
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
        <Button look={entry.joined || asks ? "secondary" : "primary"} className="h-8" busy={state === "busy"} disabled={state === "asked"} onClick={() => void act()}>
          {entry.joined ? t("Open") : state === "asked" ? t("Asked to join") : asks ? t("Ask to join") : t("Join")}
          <span className="sr-only">{entry.name}</span>
        </Button>
      )}
    </li>
  );
}
