import { ClientEvent, type MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { NotificationCountType, type Room, RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { type Readable, Value } from "@/lib/observable";
import type { Attention, Channel, ChannelKind } from "./model";
import { personIn } from "./people";
import { childrenOf, isArchived, successorOf } from "./spaces";

/** The channel list, kept in step with the SDK. Only lines of rooms that changed are made anew. */
export class ChannelList {
  readonly value: Value<readonly Channel[]>;
  readonly #client: MatrixClient;
  readonly #lines = new Map<string, Channel>();
  readonly #dirty = new Set<string>();
  readonly #watched = new WeakSet<Room>();
  #planned = false;

  constructor(client: MatrixClient) {
    this.#client = client;
    this.value = new Value<readonly Channel[]>([]);
    const touch = (room: Room | undefined | null) => room && this.touch(room.roomId);
    client.on(ClientEvent.Room, touch);
    client.on(ClientEvent.DeleteRoom, (roomId) => this.touch(roomId));
    client.on(RoomEvent.Timeline, (_event, room) => touch(room));
    client.on(RoomEvent.Name, touch);
    client.on(RoomEvent.MyMembership, touch);
    client.on(RoomEvent.Tags, (_event, room) => touch(room));
    client.on(RoomEvent.Receipt, (event, room) => {
      if (Object.keys(event.getContent()).length) touch(room);
    });
    client.on(RoomStateEvent.Events, (event) => touch(client.getRoom(event.getRoomId())));
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.direct" || event.getType() === "m.push_rules" || event.getType() === "m.ignored_user_list") this.touchAll();
    });
  }

  get readable(): Readable<readonly Channel[]> {
    return this.value;
  }

  touch(roomId: string): void {
    this.#dirty.add(roomId);
    this.#plan();
  }

  touchAll(): void {
    for (const room of this.#client.getRooms()) this.#dirty.add(room.roomId);
    this.#plan();
  }

  /** Two events come from the rooms alone. */
  #watch(room: Room): void {
    if (this.#watched.has(room)) return;
    this.#watched.add(room);
    room.on(RoomEvent.UnreadNotifications, () => this.touch(room.roomId));
    room.on(RoomEvent.Summary, () => this.touch(room.roomId));
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setTimeout(() => {
      this.#planned = false;
      this.flush();
    }, 16);
  }

  /** The workspaces that list a channel. */
  spacesOf(channel: string): string[] {
    return this.value.get().filter(({ children }) => children?.includes(channel)).map(({ id }) => id);
  }

  /** Brings the list up to date now. */
  flush(): void {
    const directs = directPartners(this.#client);
    let changed = false;
    // One that was moved here leaves the list with this one's arrival.
    const moved = [...this.#dirty].flatMap((roomId) => this.#client.getRoom(roomId)?.findPredecessor()?.roomId ?? []);
    for (const roomId of new Set([...this.#dirty, ...moved])) {
      const room = this.#client.getRoom(roomId);
      if (room) this.#watch(room);
      const line = room ? lineOf(this.#client, room, directs) : null;
      if (!line) changed = this.#lines.delete(roomId) || changed;
      else if (JSON.stringify(line) !== JSON.stringify(this.#lines.get(roomId))) {
        this.#lines.set(roomId, line);
        changed = true;
      }
    }
    this.#dirty.clear();
    if (changed) this.value.set([...this.#lines.values()]);
  }
}

/** Room to partner, from the account data `m.direct`. */
export function directPartners(client: MatrixClient): Map<string, string> {
  const found = new Map<string, string>();
  const content = (client.getAccountData("m.direct" as never) as MatrixEvent | undefined)?.getContent() ?? {};
  for (const [user, rooms] of Object.entries(content)) {
    if (Array.isArray(rooms)) for (const room of rooms) found.set(String(room), user);
  }
  return found;
}

function lineOf(client: MatrixClient, room: Room, directs: Map<string, string>): Channel | null {
  const membership = room.getMyMembership();
  if (membership !== "join" && membership !== "invite" && membership !== "knock") return null;
  const successor = successorOf(room);
  if (successor && client.getRoom(successor)?.getMyMembership() === "join") return null;
  const me = client.getSafeUserId();
  const invite = membership === "invite" ? room.getMember(me)?.events.member : undefined;
  const inviter = invite?.getSender();
  if (inviter && client.isUserIgnored(inviter)) return null;
  const partner = directs.get(room.roomId) ?? (invite?.getContent().is_direct ? inviter : undefined) ?? null;
  const attention = attentionOf(client, room.roomId);
  const total = room.getUnreadNotificationCount(NotificationCountType.Total);
  const unread = attention === "mute" ? 0 : total;
  const last = room.getLastLiveEvent();
  return {
    id: room.roomId,
    name: partner ? personIn(client, room, partner).name : room.name,
    kind: kindOf(room, partner),
    avatar: partner ? personIn(client, room, partner).avatar : room.getMxcAvatarUrl(),
    topic: topicOf(room),
    membership,
    unread,
    mentions: attention === "mute" ? 0 : room.getUnreadNotificationCount(NotificationCountType.Highlight),
    quiet: unread === 0 && membership === "join" && hasUnread(room, me),
    attention,
    encrypted: room.hasEncryptionStateEvent(),
    favourite: "m.favourite" in room.tags,
    lastTs: Math.max(0, last?.getTs() ?? 0),
    partner,
    inviter: inviter ? personIn(client, room, inviter) : null,
    members: room.getJoinedMemberCount(),
    ...(room.isSpaceRoom() ? { children: childrenOf(room) } : {}),
    ...(isArchived(room) ? { archived: true } : {}),
    ...(successor ? { successor } : {}),
  };
}

function kindOf(room: Room, partner: string | null): ChannelKind {
  if (room.isSpaceRoom()) return "space";
  if (partner) return "dm";
  return room.getJoinRule() === "public" ? "public" : "private";
}

function topicOf(room: Room): string {
  const topic: unknown = room.currentState.getStateEvents("m.room.topic", "")?.getContent().topic;
  return typeof topic === "string" ? topic : "";
}

/** Whether the last message by someone else is not read. */
function hasUnread(room: Room, me: string): boolean {
  const events = room.getLiveTimeline().getEvents();
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (!event || event.isState() || event.isRelation("m.annotation") || event.isRedacted()) continue;
    const id = event.getId();
    return event.getSender() !== me && id !== undefined && !room.hasUserReadEvent(me, id);
  }
  return false;
}

function attentionOf(client: MatrixClient, roomId: string): Attention {
  const override = client.pushRules?.global.override?.find((rule) => rule.rule_id === roomId && rule.enabled);
  if (override && !override.actions.includes("notify" as never)) return "mute";
  const rule = client.pushRules?.global.room?.find((one) => one.rule_id === roomId && one.enabled);
  return rule && !rule.actions.includes("notify" as never) ? "mentions" : "all";
}
