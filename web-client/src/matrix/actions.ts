import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { localpart } from "@/lib/ids";
import type { Value } from "@/lib/observable";
import type { Matrix, SendResult } from "./api";
import { attentionRules } from "./attention";
import { type ChannelList, directPartners } from "./channels";
import { failure, request } from "./client";
import type { Person } from "./model";
import { markRead } from "./receipts";

type Lookup = (id: string) => Room;
/** The SDK types each event's content; what is sent here has been made by the composer. */
type Loose = { sendEvent(room: string, thread: string | null, type: string, content: object, txn?: string): Promise<{ event_id: string }> };

export function messaging(client: MatrixClient, room: Lookup): Pick<Matrix, "send" | "react" | "edit" | "redact" | "setTyping"> {
  const loose = client as unknown as Loose;
  return {
    async send(channel, thread, type, content, txn): Promise<SendResult> {
      dropPending(client, room(channel), txn);
      try {
        const { event_id } = await loose.sendEvent(channel, thread, type, content, txn);
        return { ok: true, event: event_id };
      } catch (error) {
        return sendFailure(error);
      }
    },
    react: (channel, event, key) =>
      request(async () => {
        await loose.sendEvent(channel, null, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: event, key } });
      }),
    edit: (channel, event, content) =>
      request(async () => {
        const mentions = { user_ids: [] };
        await loose.sendEvent(channel, null, "m.room.message", {
          ...content,
          body: `* ${String((content as { body?: string }).body ?? "")}`,
          "m.mentions": mentions,
          "m.new_content": content,
          "m.relates_to": { rel_type: "m.replace", event_id: event },
        });
      }),
    redact: (channel, event, reason) =>
      request(async () => {
        await client.redactEvent(channel, event, undefined, reason ? { reason } : undefined);
      }),
    setTyping(channel, typing) {
      client.sendTyping(channel, typing, 20_000).catch(() => undefined);
    },
  };
}

/** The SDK refuses a transaction that it has seen fail; a retry with the same identifier must first take it back. */
function dropPending(client: MatrixClient, room: Room, txn: string): void {
  const stale = room.getPendingEvents().find((event) => event.getTxnId() === txn);
  if (stale?.status === "not_sent") client.cancelPendingEvent(stale);
}

function sendFailure(error: unknown): SendResult {
  const failed = failure(error);
  const wait = (error as MatrixError | undefined)?.data?.retry_after_ms;
  if (failed.code === "M_LIMIT_EXCEEDED") return { ok: false, retry: true, afterMs: typeof wait === "number" ? wait : 3000 };
  if (failed.status === 0 || failed.status >= 500) return { ok: false, retry: true, afterMs: 3000 };
  return { ok: false, retry: false, reason: failed.message };
}

type ChannelCalls = Pick<
  Matrix,
  | "create" | "direct" | "join" | "leave" | "invite" | "kick" | "ban" | "unban" | "rename" | "retopic" | "setFavourite" | "setAttention"
  | "markChannelRead" | "directory" | "people" | "resolve"
>;

export function channels(client: MatrixClient, room: Lookup, list: ChannelList): ChannelCalls {
  const done = async (work: () => Promise<unknown>): Promise<void> => {
    await request(work);
  };
  return {
    create: ({ name, topic, visibility, invite }) =>
      request(async () => {
        const open = visibility === "public";
        const { room_id } = await client.createRoom({
          name,
          topic: topic || undefined,
          invite,
          preset: (open ? "public_chat" : "private_chat") as never,
          visibility: (open ? "public" : "private") as never,
          ...(open ? { room_alias_name: aliasFor(name) } : {}),
        }).catch(async (error: MatrixError) => {
          if (error.errcode !== "M_ROOM_IN_USE") throw error;
          return client.createRoom({ name, topic: topic || undefined, invite, preset: "public_chat" as never, visibility: "public" as never });
        });
        list.touch(room_id);
        return room_id;
      }),
    direct: (user) => request(() => openDirect(client, user)),
    join: (idOrAlias, via) =>
      request(async () => {
        const { roomId } = await client.joinRoom(idOrAlias, via ? { viaServers: via } : {});
        await keepDirectInvite(client, roomId);
        return roomId;
      }),
    leave: (channel) => done(() => client.leave(channel)),
    invite: (channel, user) => done(() => client.invite(channel, user)),
    kick: (channel, user, reason) => done(() => client.kick(channel, user, reason)),
    ban: (channel, user, reason) => done(() => client.ban(channel, user, reason)),
    unban: (channel, user) => done(() => client.unban(channel, user)),
    rename: (channel, name) => done(() => client.setRoomName(channel, name)),
    retopic: (channel, topic) => done(() => client.setRoomTopic(channel, topic)),
    setFavourite: (channel, on) =>
      done(() => (on ? client.setRoomTag(channel, "m.favourite", { order: 0.5 }) : client.deleteRoomTag(channel, "m.favourite"))),
    setAttention: (channel, attention) => done(() => attentionRules(client, channel, attention)),
    markChannelRead: (channel) => done(() => markRead(client, room(channel), undefined, room(channel).getLiveTimeline().getEvents())),
    directory: (query, since) =>
      request(async () => {
        const answer = await client.publicRooms({ limit: 30, since, filter: { generic_search_term: query || undefined } } as never);
        const entries = answer.chunk.map((entry) => ({
          id: entry.room_id,
          alias: entry.canonical_alias ?? null,
          name: entry.name || entry.canonical_alias || entry.room_id,
          topic: entry.topic ?? "",
          avatar: entry.avatar_url ?? null,
          members: entry.num_joined_members,
          joined: client.getRoom(entry.room_id)?.getMyMembership() === "join",
        }));
        return { entries, next: answer.next_batch ?? null };
      }),
    people: (query) =>
      request(async () => {
        const answer = await client.searchUserDirectory({ term: query, limit: 20 });
        return answer.results.map((one) => ({ id: one.user_id, name: one.display_name || localpart(one.user_id), avatar: one.avatar_url ?? null }));
      }),
    resolve: (alias) => request(async () => (await client.getRoomIdForAlias(alias)).room_id),
  };
}

function aliasFor(name: string): string | undefined {
  const bare = name.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return bare || undefined;
}

async function openDirect(client: MatrixClient, user: string): Promise<string> {
  for (const [roomId, partner] of directPartners(client)) {
    const membership = client.getRoom(roomId)?.getMyMembership();
    if (partner === user && (membership === "join" || membership === "invite")) return roomId;
  }
  const { room_id } = await client.createRoom({ is_direct: true, invite: [user], preset: "trusted_private_chat" as never });
  await addDirect(client, user, room_id);
  return room_id;
}

async function addDirect(client: MatrixClient, user: string, roomId: string): Promise<void> {
  const current = (client.getAccountData("m.direct" as never)?.getContent() ?? {}) as Record<string, string[]>;
  const rooms = [...new Set([...(current[user] ?? []), roomId])];
  await client.setAccountData("m.direct" as never, { ...current, [user]: rooms } as never);
}

/** An accepted invitation to a direct message is remembered as one. */
async function keepDirectInvite(client: MatrixClient, roomId: string): Promise<void> {
  const invite = client.getRoom(roomId)?.getMember(client.getSafeUserId())?.events.member;
  const inviter = client.getRoom(roomId)?.getDMInviter() ?? (invite?.getContent().is_direct ? invite.getSender() : undefined);
  if (inviter) await addDirect(client, inviter, roomId);
}

type AccountCalls = Pick<Matrix, "setName" | "setAvatar" | "setPresence" | "devices" | "renameDevice" | "removeDevices">;

export function account(client: MatrixClient, me: Value<Person>): AccountCalls {
  return {
    setName: (name) =>
      request(async () => {
        await client.setDisplayName(name);
        me.update((person) => ({ ...person, name: name || localpart(person.id) }));
      }),
    setAvatar: (mxc) =>
      request(async () => {
        await client.setAvatarUrl(mxc ?? "");
        me.update((person) => ({ ...person, avatar: mxc }));
      }),
    setPresence: (state, status) =>
      request(async () => {
        await client.setSyncPresence(state as never);
        await client.setPresence({ presence: state, ...(status === undefined ? {} : { status_msg: status }) });
      }),
    devices: () =>
      request(async () => {
        const { devices } = await client.getDevices();
        return devices.map((one) => ({
          id: one.device_id,
          name: one.display_name || one.device_id,
          lastSeen: one.last_seen_ts ?? 0,
          address: one.last_seen_ip ?? "",
          current: one.device_id === client.getDeviceId(),
        }));
      }),
    renameDevice: (id, name) =>
      request(async () => {
        await client.setDeviceDetails(id, { display_name: name });
      }),
    removeDevices: (ids, password) => request(() => removeDevices(client, ids, password)),
  };
}

async function removeDevices(client: MatrixClient, ids: string[], password: () => Promise<string | null>): Promise<void> {
  try {
    await client.deleteMultipleDevices(ids);
  } catch (error) {
    const answer = (error as MatrixError).data as { session?: string; flows?: unknown } | undefined;
    if (!answer?.flows) throw error;
    const secret = await password();
    if (secret === null) return;
    const identifier = { type: "m.id.user", user: client.getSafeUserId() };
    await client.deleteMultipleDevices(ids, { type: "m.login.password", identifier, password: secret, session: answer.session } as never);
  }
}
