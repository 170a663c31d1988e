import { localpart } from "@/lib/ids";
import type { Channel, Person } from "./model";

interface RawEvent {
  type: string;
  state_key?: string;
  sender?: string;
  content?: Record<string, unknown>;
  origin_server_ts?: number;
}

interface Events {
  events?: readonly RawEvent[];
}

interface JoinedRoom {
  state?: Events;
  "org.matrix.msc4222.state_after"?: Events;
  timeline?: Events;
  account_data?: Events;
  summary?: { "m.heroes"?: readonly string[]; "m.joined_member_count"?: number };
  unread_notifications?: { notification_count?: number; highlight_count?: number };
}

/** The answer to a first sync, as far as it is read here. */
export interface FirstSync {
  account_data?: Events;
  rooms?: { join?: Readonly<Record<string, JoinedRoom>> };
}

/**
 * The channels of a first sync without the SDK: good enough to draw the list and to open one of them. The SDK's own
 * list takes their place as soon as it is there.
 */
export function firstChannels(sync: FirstSync, me: string): Channel[] {
  const partners = partnersIn(sync.account_data?.events ?? []);
  const rooms = Object.entries(sync.rooms?.join ?? {});
  return rooms.map(([id, room]) => channelOf(id, room, partners.get(id) ?? null, me)).filter((channel) => !channel.successor);
}

function partnersIn(events: readonly RawEvent[]): Map<string, string> {
  const found = new Map<string, string>();
  const direct = events.find((event) => event.type === "m.direct")?.content ?? {};
  for (const [user, rooms] of Object.entries(direct)) if (Array.isArray(rooms)) for (const room of rooms) found.set(String(room), user);
  return found;
}

function channelOf(id: string, room: JoinedRoom, partner: string | null, me: string): Channel {
  const state = stateOf(room);
  const text = (type: string, field: string) => textIn(state.get(`${type} `)?.content, field);
  const space = text("m.room.create", "type") === "m.space";
  const person = partner ? personIn(state, partner) : null;
  const heroes = (room.summary?.["m.heroes"] ?? []).filter((user) => user !== me).map((user) => personIn(state, user).name);
  const power = state.get("m.room.power_levels ")?.content?.events_default;
  const tags = room.account_data?.events?.find((event) => event.type === "m.tag")?.content?.tags;
  const successor = text("m.room.tombstone", "replacement_room");
  return {
    id,
    name: person?.name || text("m.room.name", "name") || text("m.room.canonical_alias", "alias") || heroes.join(", ") || id,
    kind: space ? "space" : partner ? "dm" : text("m.room.join_rules", "join_rule") === "public" ? "public" : "private",
    avatar: person ? person.avatar : text("m.room.avatar", "url") || null,
    topic: text("m.room.topic", "topic"),
    membership: "join",
    unread: room.unread_notifications?.notification_count ?? 0,
    mentions: room.unread_notifications?.highlight_count ?? 0,
    quiet: false,
    attention: "all",
    encrypted: state.has("m.room.encryption "),
    favourite: typeof tags === "object" && tags !== null && "m.favourite" in tags,
    lastTs: room.timeline?.events?.at(-1)?.origin_server_ts ?? 0,
    partner,
    inviter: null,
    members: room.summary?.["m.joined_member_count"] ?? 0,
    ...(space ? { children: childrenIn(state) } : {}),
    ...(!space && typeof power === "number" && power >= 100 ? { archived: true as const } : {}),
    ...(successor ? { successor } : {}),
  };
}

/** State by type and key, the newest event of each. */
function stateOf(room: JoinedRoom): Map<string, RawEvent> {
  const all = [...(room.state?.events ?? []), ...(room["org.matrix.msc4222.state_after"]?.events ?? []), ...(room.timeline?.events ?? [])];
  return new Map(all.flatMap((event) => (event.state_key === undefined ? [] : [[`${event.type} ${event.state_key}`, event]])));
}

function textIn(content: Record<string, unknown> | undefined, field: string): string {
  const value = content?.[field];
  return typeof value === "string" ? value : "";
}

function personIn(state: Map<string, RawEvent>, id: string): Person {
  const content = state.get(`m.room.member ${id}`)?.content;
  return { id, name: textIn(content, "displayname") || localpart(id), avatar: textIn(content, "avatar_url") || null };
}

function childrenIn(state: Map<string, RawEvent>): string[] {
  const listed = [...state.values()].filter((event) => event.type === "m.space.child" && Array.isArray(event.content?.via) && event.content.via.length > 0);
  return listed.map((event) => event.state_key ?? "");
}
