import { Search, UserPlus } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { Channel, Member } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { type MemberRow, memberRows } from "@/state/member-list";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { useVirtualList } from "@/ui/virtual";
import { useValueOf, useWorkspace } from "@/ui/workspace";
import { MemberLine } from "./MemberLine";

const NONE: readonly Member[] = [];

export function MembersPanel({ channel }: { channel: Channel }) {
  const { router } = useWorkspace();
  const [query, setQuery] = useState("");
  const members = useValueOf((matrix) => matrix.members(channel.id), NONE);
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const rows = useMemo(() => memberRows(members, query.trim(), rights), [members, query, rights]);
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
      {rows.length === 0 && <p className="px-3 py-6 text-center text-sm text-ink-2">{t("Nobody of that name.")}</p>}
      <Rows rows={rows} channel={channel.id} />
    </Panel>
  );
}

function Rows({ rows, channel }: { rows: readonly MemberRow[]; channel: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualList({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === "title" ? 36 : 48),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  });
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-3">
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => (
          <div key={item.key} className="absolute inset-x-0" style={{ top: item.start, height: item.size }}>
            <RowView row={rows[item.index] as MemberRow} channel={channel} />
          </div>
        ))}
      </div>
    </div>
  );
}

function RowView({ row, channel }: { row: MemberRow; channel: string }) {
  if (row.type === "member") return <MemberLine member={row.member} channel={channel} />;
  return <h3 className="px-2 pt-3 text-xs leading-6 font-semibold text-ink-3">{row.title === "knocks" ? t("Asking to join") : t("Banned")}</h3>;
}
