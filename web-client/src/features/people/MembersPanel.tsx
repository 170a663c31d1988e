import { Search, UserPlus } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { plural, t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { Channel, Member, Presence } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { useVirtualList } from "@/ui/virtual";
import { useValueOf, useWorkspace } from "@/ui/workspace";
import { roleName } from "./roles";

const NONE: readonly Member[] = [];
const AWAY: Presence = { state: "offline", lastActive: 0, status: "" };

export function MembersPanel({ channel }: { channel: Channel }) {
  const { router } = useWorkspace();
  const [query, setQuery] = useState("");
  const members = useValueOf((matrix) => matrix.members(channel.id), NONE);
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const shown = useMemo(() => {
    const here = members.filter((member) => member.membership === "join" || member.membership === "invite");
    return query.trim() ? bestMatches(here, query.trim(), (member) => [member.name, member.id], 200) : here;
  }, [members, query]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualList({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => 48, overscan: 10 });
  return (
    <Panel title={t("Members")} detail={plural(channel.members, "{count} person", "{count} people")} onClose={() => router.go({ panel: null })}>
      <div className="flex gap-2 p-3">
        <Field bare label={t("Search members")} placeholder={t("Search members")} lead={<Search size={15} />} className="flex-1" value={query} onChange={(event) => setQuery(event.target.value)} />
        {rights?.invite && channel.kind !== "dm" && (
          <Button icon={<UserPlus size={15} />} onClick={() => openDialog({ type: "invite", channel: channel.id })}>
            {t("Invite")}
          </Button>
        )}
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
        {shown.length === 0 && <p className="px-3 py-6 text-center text-sm text-ink-2">{t("Nobody of that name.")}</p>}
        <div className="relative" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => (
            <div key={item.key} className="absolute inset-x-0" style={{ top: item.start, height: item.size }}>
              <MemberLine member={shown[item.index] as Member} channel={channel.id} />
            </div>
          ))}
        </div>
      </div>
    </Panel>
  );
}

function MemberLine({ member, channel }: { member: Member; channel: string }) {
  const presence = useValueOf((matrix) => matrix.presence(member.id), AWAY);
  const role = member.membership === "invite" ? t("Invited") : roleName(member.power);
  return (
    <button
      type="button"
      onClick={() => openDialog({ type: "person", person: member, channel })}
      className="flex h-full w-full items-center gap-3 rounded-lg px-2 text-start hover:bg-hover focus-visible:outline-offset-[-2px]"
      style={{ "--dot-ring": "var(--canvas)" } as React.CSSProperties}
    >
      <Avatar id={member.id} name={member.name} mxc={member.avatar} presence={presence.state} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm leading-4 font-medium">{member.name}</span>
        <span className="block truncate text-xs leading-4 text-ink-3">{presence.status || member.id}</span>
      </span>
      {role && <span className="rounded-full bg-hover px-2 py-0.5 text-2xs font-medium text-ink-2">{role}</span>}
    </button>
  );
}
