import { Ban, EyeOff, Flag, MessageCircle, UserMinus } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { ago } from "@/lib/time";
import type { Member, Person, Presence } from "@/matrix/model";
import { TrustLine } from "@/features/encryption";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useMinute } from "@/ui/hooks";
import { useValueOf, useWorkspace } from "@/ui/workspace";
import { PersonFacts } from "./PersonFacts";
import { RoleChoice } from "./RoleChoice";
import { roleName } from "./roles";

const UNKNOWN: Presence = { state: "offline", lastActive: 0, status: "" };
const NONE: readonly Member[] = [];
const NOBODY: ReadonlySet<string> = new Set();

export function PersonDialog({ person, channel }: { person: Person; channel: string | null }) {
  const { userId } = useWorkspace();
  const presence = useValueOf((matrix) => matrix.presence(person.id), UNKNOWN);
  const members = useValueOf((matrix) => matrix.members(channel ?? ""), NONE);
  const rights = useValueOf((matrix) => matrix.rights(channel ?? ""), null);
  const now = useMinute();
  const member = members.find((one) => one.id === person.id);
  const shown = member ?? person;
  const words = presence.state === "online" ? t("Online") : presence.state === "away" ? t("Away") : presence.lastActive ? t("Last seen {when}", { when: ago(presence.lastActive, now) }) : t("Offline");
  return (
    <Dialog title={shown.name} onClose={closeDialog}>
      <div className="px-5 pb-5">
        <div className="flex items-center gap-4">
          <Avatar id={shown.id} name={shown.name} mxc={shown.avatar} size="xl" />
          <div className="min-w-0 text-sm">
            <p className="truncate text-ink-2">{shown.id}</p>
            <p className="mt-1 text-ink-3">{words}</p>
            {presence.status && <p className="mt-1">{presence.status}</p>}
            <PersonFacts person={person.id} />
            {member && roleName(member.power) && <p className="mt-1 text-ink-3">{roleName(member.power)}</p>}
          </div>
        </div>
        {member && channel && rights && <div className="mt-5 empty:hidden"><RoleChoice channel={channel} member={member} rights={rights} /></div>}
        {person.id !== userId && <div className="mt-5 empty:hidden"><TrustLine person={shown} /></div>}
        {person.id !== userId && <PersonActions person={shown} channel={channel} member={member} />}
      </div>
    </Dialog>
  );
}

function PersonActions({ person, channel, member }: { person: Person; channel: string | null; member: Member | undefined }) {
  const workspace = useWorkspace();
  const rights = useValueOf((matrix) => matrix.rights(channel ?? ""), null);
  const ignored = useValueOf((matrix) => matrix.ignored, NOBODY).has(person.id);
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    const id = await workspace.attempt((matrix) => matrix.direct(person.id));
    setBusy(false);
    if (!id) return;
    closeDialog();
    workspace.router.open(id);
  };
  /** Removal can be taken back: by an invitation, or by lifting the ban. */
  const remove = async (how: "kick" | "ban") => {
    if (!channel) return;
    closeDialog();
    const done = await workspace.attempt(async (matrix) => {
      await matrix[how](channel, person.id);
      return true;
    });
    if (!done) return;
    const text = how === "kick" ? t("{name} was removed", { name: person.name }) : t("{name} was banned", { name: person.name });
    const undo = () => void workspace.attempt(async (matrix) => {
      if (how === "ban") await matrix.unban(channel, person.id);
      await matrix.invite(channel, person.id);
    });
    workspace.toasts.show(text, { action: { label: t("Undo"), run: undo } });
  };
  const ignore = async (next: boolean) => {
    closeDialog();
    await workspace.attempt((matrix) => matrix.setIgnored(person.id, next));
    if (next) workspace.toasts.show(t("You don't see what {name} writes any more.", { name: person.name }), { action: { label: t("Undo"), run: () => void ignore(false) } });
  };
  // Nobody can remove someone who stands as high as they do.
  const above = rights !== null && member !== undefined && rights.power > member.power;
  const here = member?.membership === "join" || member?.membership === "invite";
  return (
    <div className="mt-5 flex flex-wrap gap-2">
      <Button look="primary" icon={<MessageCircle size={15} />} busy={busy} onClick={write}>
        {t("Message")}
      </Button>
      <Button icon={<EyeOff size={15} />} onClick={() => void ignore(!ignored)}>
        {ignored ? t("Ignore no more") : t("Ignore")}
      </Button>
      <Button icon={<Flag size={15} />} onClick={() => openDialog({ type: "report", channel: null, event: null, person: person.id, name: person.name })}>
        {t("Report")}
      </Button>
      {here && above && rights?.kick && (
        <Button icon={<UserMinus size={15} />} onClick={() => void remove("kick")}>
          {t("Remove")}
        </Button>
      )}
      {here && above && rights?.ban && (
        <Button icon={<Ban size={15} />} look="grave" onClick={() => void remove("ban")}>
          {t("Ban")}
        </Button>
      )}
    </div>
  );
}
