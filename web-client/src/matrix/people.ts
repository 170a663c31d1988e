import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { RoomMemberEvent } from "matrix-js-sdk/lib/models/room-member.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { type User, UserEvent } from "matrix-js-sdk/lib/models/user.js";
import { localpart } from "@/lib/ids";
import { type Readable, Value } from "@/lib/observable";
import type { Member, Person, Presence, Rights } from "./model";

/** Someone as a channel knows them; without the channel as the server does. */
export function personIn(client: MatrixClient, room: Room | null, id: string): Person {
  const member = room?.getMember(id);
  const user = client.getUser(id);
  const name = member?.rawDisplayName || user?.displayName || localpart(id);
  // Two people of one name are told apart as the spec says: the SDK adds the identifier.
  const shown = member && member.disambiguate ? member.name : name;
  return { id, name: shown || id, avatar: member?.getMxcAvatarUrl() ?? user?.avatarUrl ?? null };
}

/** Everyone of a channel, by power and name; loads the list on first use. */
export function membersOf(client: MatrixClient, room: Room): Readable<readonly Member[]> {
  const value = new Value<readonly Member[]>(read(room));
  let planned = false;
  const refresh = () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      value.set(read(room));
    }, 30);
  };
  room.on(RoomStateEvent.Members, refresh);
  client.on(RoomMemberEvent.PowerLevel, (_event, member) => member.roomId === room.roomId && refresh());
  void room.loadMembersIfNeeded().then(refresh, () => undefined);
  return value;
}

function read(room: Room): Member[] {
  const people = room.getMembers().map((member) => ({
    id: member.userId,
    name: member.name,
    avatar: member.getMxcAvatarUrl() ?? null,
    membership: (member.membership ?? "leave") as Member["membership"],
    power: powerOf(member.powerLevel),
  }));
  return people.sort((a, b) => b.power - a.power || a.name.localeCompare(b.name));
}

/** Creators of a room of version 12 stand above all levels. */
function powerOf(level: number): number {
  return Number.isFinite(level) ? level : 150;
}

/** Who is typing now, without oneself. */
export function typingIn(client: MatrixClient, room: Room): Readable<readonly Person[]> {
  const value = new Value<readonly Person[]>([]);
  client.on(RoomMemberEvent.Typing, (_event, changed) => {
    if (changed.roomId !== room.roomId) return;
    const typing = room.currentState.getMembers().filter((member) => member.typing && member.userId !== client.getUserId());
    value.set(typing.map((member) => personIn(client, room, member.userId)));
  });
  return value;
}

/** Presence of one person. */
export function presenceOf(client: MatrixClient, id: string): Readable<Presence> {
  const now = (): Presence => {
    const user = client.getUser(id);
    const state = user?.presence === "online" ? "online" : user?.presence === "unavailable" ? "away" : "offline";
    return { state, lastActive: user?.presence ? user.getLastActiveTs() : 0, status: statusOf(user) };
  };
  const value = new Value(now());
  const refresh = (_event: unknown, user: { userId: string }) => {
    if (user.userId === id) value.set(now());
  };
  // The SDK tells of each presence event by this one alone.
  client.on(UserEvent.LastPresenceTs, refresh);
  return value;
}

/** The status as it was said last; the SDK itself never forgets one that was taken back. */
function statusOf(user: User | null): string {
  const status: unknown = user?.events.presence?.getContent().status_msg;
  return typeof status === "string" ? status : "";
}

/** What the person may do in a channel. */
export function rightsIn(client: MatrixClient, room: Room): Readable<Rights> {
  const value = new Value(readRights(client, room));
  const refresh = () => {
    const next = readRights(client, room);
    if (JSON.stringify(next) !== JSON.stringify(value.get())) value.set(next);
  };
  room.on(RoomStateEvent.Update, refresh);
  return value;
}

function readRights(client: MatrixClient, room: Room): Rights {
  const me = client.getSafeUserId();
  const state = room.currentState;
  const power = room.getMember(me)?.powerLevel ?? 0;
  return {
    power: powerOf(power),
    send: state.maySendMessage(me),
    invite: room.canInvite(me),
    kick: state.hasSufficientPowerLevelFor("kick", power),
    ban: state.hasSufficientPowerLevelFor("ban", power),
    redactOthers: state.hasSufficientPowerLevelFor("redact", power),
    rename: state.maySendStateEvent("m.room.name", me),
    retopic: state.maySendStateEvent("m.room.topic", me),
    repicture: state.maySendStateEvent("m.room.avatar", me),
    access: state.maySendStateEvent("m.room.join_rules", me),
    list: state.maySendStateEvent("m.space.child", me),
    upgrade: state.maySendStateEvent("m.room.tombstone", me),
    encrypt: state.maySendStateEvent("m.room.encryption", me),
    roles: state.maySendStateEvent("m.room.power_levels", me),
    pin: state.maySendStateEvent("m.room.pinned_events", me),
    emoji: state.maySendStateEvent("im.ponies.room_emotes", me),
    notifyRoom: state.mayTriggerNotifOfType("room", me),
  };
}
