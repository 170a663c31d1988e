import { Check, X } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Member, Presence } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { useValueOf, useWorkspace } from "@/ui/workspace";
import { roleName } from "./roles";

const AWAY: Presence = { state: "offline", lastActive: 0, status: "" };

/** Someone of the channel, or someone who asks to be; leads to their profile. */
export function MemberLine({ member, channel }: { member: Member; channel: string }) {
  const presence = useValueOf((matrix) => matrix.presence(member.id), AWAY);
  const role = member.membership === "invite" ? t("Invited") : member.membership === "join" ? roleName(member.power) : "";
  return (
    <div className="flex h-full items-center rounded-lg pe-1 hover:bg-hover">
      <button
        type="button"
        onClick={() => openDialog({ type: "person", person: member, channel })}
        className="flex h-full min-w-0 flex-1 items-center gap-3 rounded-lg px-2 text-start focus-visible:outline-offset-[-2px]"
        style={{ "--dot-ring": "var(--canvas)" } as React.CSSProperties}
      >
        <Avatar id={member.id} name={member.name} mxc={member.avatar} presence={presence.state} />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm leading-4 font-medium">{member.name}</span>
          <span className="block truncate text-xs leading-4 text-ink-3">{presence.status || member.id}</span>
        </span>
        {role && <span className="rounded-full bg-hover px-2 py-0.5 text-2xs font-medium text-ink-2">{role}</span>}
      </button>
      {member.membership === "knock" && <KnockAnswers member={member} channel={channel} />}
      {member.membership === "ban" && <Unban member={member} channel={channel} />}
    </div>
  );
}

function KnockAnswers({ member, channel }: { member: Member; channel: string }) {
  const workspace = useWorkspace();
  return (
    <>
      <IconButton label={t("Let {name} in", { name: member.name })} onClick={() => void workspace.attempt((matrix) => matrix.invite(channel, member.id))}>
        <Check size={17} />
      </IconButton>
      <IconButton label={t("Turn {name} away", { name: member.name })} onClick={() => void workspace.attempt((matrix) => matrix.kick(channel, member.id))}>
        <X size={17} />
      </IconButton>
    </>
  );
}

function Unban({ member, channel }: { member: Member; channel: string }) {
  const workspace = useWorkspace();
  return (
    <button
      type="button"
      onClick={() => void workspace.attempt((matrix) => matrix.unban(channel, member.id))}
      aria-label={t("Lift the ban of {name}", { name: member.name })}
      className="h-8 rounded-lg px-2.5 text-xs font-medium text-ink-2 hover:bg-active hover:text-ink"
    >
      {t("Lift the ban")}
    </button>
  );
}
