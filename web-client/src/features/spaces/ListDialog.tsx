import { Hash, Search } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { Channel } from "@/matrix/model";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { useValue } from "@/ui/hooks";
import { useChannel, useWorkspace } from "@/ui/workspace";

/** Lists channels that are there already in a workspace, or takes them out of its list. */
export function ListDialog({ space }: { space: string }) {
  const { channels } = useWorkspace();
  const all = useValue(channels);
  const room = useChannel(space);
  const [query, setQuery] = useState("");
  const listed = new Set(room?.children);
  const able = all.filter((channel) => channel.membership === "join" && channel.kind !== "dm" && channel.id !== space);
  const found = query.trim() ? bestMatches(able, query.trim(), (channel) => [channel.name], 50) : able;
  return (
    <Dialog title={t("Channels of {name}", { name: room?.name ?? "" })} onClose={closeDialog}>
      <div className="flex gap-2 px-5 pb-3">
        <Field bare label={t("Search channels")} placeholder={t("Search channels")} lead={<Search size={15} />} className="flex-1" autoFocus value={query} onChange={(event) => setQuery(event.target.value)} />
        <Button onClick={() => openDialog({ type: "create", space })}>{t("New channel")}</Button>
      </div>
      <ul className="min-h-64 flex-1 overflow-y-auto border-t border-line p-2">
        {found.length === 0 && <Empty icon={<Hash size={22} aria-hidden="true" />} title={t("No channel of that name")} />}
        {found.map((channel) => (
          <ListLine key={channel.id} space={space} channel={channel} listed={listed.has(channel.id)} />
        ))}
      </ul>
    </Dialog>
  );
}

function ListLine({ space, channel, listed }: { space: string; channel: Channel; listed: boolean }) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState(false);
  const change = async () => {
    setBusy(true);
    await workspace.attempt((matrix) => matrix.setListed(space, channel.id, !listed));
    setBusy(false);
  };
  return (
    <li className="flex items-center gap-3 rounded-lg px-3 py-2 hover:bg-hover">
      <Avatar id={channel.id} name={channel.name} mxc={channel.avatar} />
      <span className="min-w-0 flex-1 truncate font-medium">{channel.name}</span>
      <Button className="h-8" look={listed ? "secondary" : "primary"} busy={busy} onClick={change}>
        {listed ? t("Take out") : t("Add")}
        <span className="sr-only">{channel.name}</span>
      </Button>
    </li>
  );
}
