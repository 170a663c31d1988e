import { bestMatches } from "@/lib/text/completion";
import type { Member, Rights } from "@/matrix/model";

export type MemberRow = { key: string } & ({ type: "title"; title: "knocks" | "banned" } | { type: "member"; member: Member });

/** As many answers to a search as anyone reads. */
const LIMIT = 200;

/**
 * The member list as drawn: first those who ask to join, for whoever may let them in, then the members by power and
 * name, at the end those who are banned, for whoever may lift that.
 */
export function memberRows(members: readonly Member[], query: string, rights: Rights | null): MemberRow[] {
  const found = query ? bestMatches(members, query, (member) => [member.name, member.id], LIMIT) : members;
  const section = (memberships: readonly Member["membership"][], title?: "knocks" | "banned"): MemberRow[] => {
    const rows = found.filter((member) => memberships.includes(member.membership)).map((member): MemberRow => ({ key: member.id, type: "member", member }));
    return title && rows.length ? [{ key: title, type: "title", title }, ...rows] : rows;
  };
  return [...(rights?.invite ? section(["knock"], "knocks") : []), ...section(["join", "invite"]), ...(rights?.ban ? section(["ban"], "banned") : [])];
}
