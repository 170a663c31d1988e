import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { localpart } from "@/lib/ids";
import type { Matrix } from "./api";
import { attentionRules } from "./attention";
import { type ChannelList, directPartners } from "./channels";
import { request } from "./client";
import { createChannel, ENCRYPTION, restrictedTo, sealedState } from "./create";
import type { LazyCryptoClient } from "./encryption/gate";
import { entryOf } from "./entries";
import { markRead } from "./receipts";

type ChannelCalls = Pick<
  Matrix,
  | "create" | "direct" | "join" | "knock" | "leave" | "invite" | "kick" | "ban" | "unban" | "rename" | "retopic" | "setFavourite" | "setAttention"
  | "setPicture" | "setAccess" | "encrypt" | "setPower"
  | "preview" | "markChannelRead" | "directory" | "people" | "resolve"
>;

/** The answer of `GET /room_summary`, as far as it is read here. */
interface Summary {
  room_id: string;
  name?: string;
  topic?: string;
  avatar_url?: string;
  num_joined_members: number;
  membership?: string;
  join_rule?: string;
}

export function channels(client: LazyCryptoClient, room: (id: string) => Room, list: ChannelList): ChannelCalls {
  const done = async (work: () => Promise<unknown>): Promise<void> => {
    await request(work);
  };
  return {
    create: (wanted) =>
      request(async () => {
        const id = await createChannel(client, wanted);
        if (wanted.encrypted) await oweHistory(client, id, wanted.invite);
        list.touch(id);
        return id;
      }),
    direct: (user, encrypted = true) => request(() => openDirect(client, user, encrypted)),
    join: (idOrAlias, via) =>
      request(async () => {
        const inviter = directInviter(client, idOrAlias);
        // The engine takes the keys of earlier messages that the inviter sent along.
        if (client.getRoom(idOrAlias)?.hasEncryptionStateEvent()) await client.gate.need();
        const { roomId } = await client.joinRoom(idOrAlias, via ? { viaServers: via } : {});
        // An accepted invitation to a direct message is remembered as one.
        if (inviter) await addDirect(client, inviter, roomId);
        return roomId;
      }),
    knock: (idOrAlias) => done(() => client.knockRoom(idOrAlias)),
    leave: (channel) => done(() => client.leave(channel)),
    invite: (channel, user) =>
      done(async () => {
        const encrypted = room(channel).hasEncryptionStateEvent();
        if (encrypted) await client.gate.need();
        await client.invite(channel, user);
        if (encrypted) await oweHistory(client, channel, [user]);
      }),
    kick: (channel, user, reason) => done(() => client.kick(channel, user, reason)),
    ban: (channel, user, reason) => done(() => client.ban(channel, user, reason)),
    unban: (channel, user) => done(() => client.unban(channel, user)),
    rename: (channel, name) => done(() => client.setRoomName(channel, name)),
    retopic: (channel, topic) => done(() => client.setRoomTopic(channel, topic)),
    setPicture: (channel, mxc) => done(() => client.sendStateEvent(channel, "m.room.avatar" as never, (mxc ? { url: mxc } : {}) as never, "")),
    setAccess: (channel, access) =>
      done(async () => {
        const rule = access === "restricted" ? restrictedTo(list.spacesOf(channel)) : { join_rule: access };
        await client.sendStateEvent(channel, "m.room.join_rules" as never, rule as never, "");
        // The directory is for what anyone may join.
        await client.setRoomDirectoryVisibility(channel, (access === "public" ? "public" : "private") as never);
      }),
    encrypt: (channel) => done(() => client.sendStateEvent(channel, "m.room.encryption" as never, ENCRYPTION as never, "")),
    setPower: (channel, user, power) => done(() => client.setPowerLevel(channel, user, power)),
    setFavourite: (channel, on) =>
      done(() => (on ? client.setRoomTag(channel, "m.favourite", { order: 0.5 }) : client.deleteRoomTag(channel, "m.favourite"))),
    setAttention: (channel, attention) => done(() => attentionRules(client, channel, attention)),
    markChannelRead: (channel) => done(() => markRead(client, room(channel), undefined, room(channel).getLiveTimeline().getEvents())),
    directory: (query, since) =>
      request(async () => {
        const answer = await client.publicRooms({ limit: 30, since, filter: { generic_search_term: query || undefined } } as never);
        const entries = answer.chunk.map((entry) => entryOf(client, entry, "public"));
        return { entries, next: answer.next_batch ?? null };
      }),
    preview: (idOrAlias) =>
      request(async () => {
        const found = await client.http.authedRequest<Summary>(Method.Get, `/room_summary/${encodeURIComponent(idOrAlias)}`, undefined, undefined, { prefix: "/_matrix/client/v1" }).catch((error: MatrixError) => {
          if (error.errcode === "M_NOT_FOUND" || error.errcode === "M_FORBIDDEN") return null;
          throw error;
        });
        if (!found) return null;
        return { ...entryOf(client, found, "invite"), alias: null, name: found.name || idOrAlias, joined: found.membership === "join" };
      }),
    people: (query) =>
      request(async () => {
        const answer = await client.searchUserDirectory({ term: query, limit: 20 });
        return answer.results.map((one) => ({ id: one.user_id, name: one.display_name || localpart(one.user_id), avatar: one.avatar_url ?? null }));
      }),
    resolve: (alias) => request(async () => (await client.getRoomIdForAlias(alias)).room_id),
  };
}

async function openDirect(client: LazyCryptoClient, user: string, encrypted: boolean): Promise<string> {
  for (const [roomId, partner] of directPartners(client)) {
    const membership = client.getRoom(roomId)?.getMyMembership();
    if (partner === user && (membership === "join" || membership === "invite")) return roomId;
  }
  const initial_state = encrypted ? await sealedState(client) : [];
  const { room_id } = await client.createRoom({ is_direct: true, invite: [user], preset: "trusted_private_chat" as never, initial_state });
  await addDirect(client, user, room_id);
  if (encrypted) await oweHistory(client, room_id, [user]);
  return room_id;
}

async function oweHistory(client: LazyCryptoClient, room: string, users: readonly string[]): Promise<void> {
  await (await client.gate.need()).calls.owe(room, users);
}

async function addDirect(client: MatrixClient, user: string, roomId: string): Promise<void> {
  const current = (client.getAccountData("m.direct" as never)?.getContent() ?? {}) as Record<string, string[]>;
  const rooms = [...new Set([...(current[user] ?? []), roomId])];
  await client.setAccountData("m.direct" as never, { ...current, [user]: rooms } as never);
}

/** Who invited to a direct message that is not joined yet. */
function directInviter(client: MatrixClient, roomId: string): string | undefined {
  const invite = client.getRoom(roomId)?.getMember(client.getSafeUserId())?.events.member;
  return invite?.getContent().membership === "invite" && invite.getContent().is_direct ? invite.getSender() : undefined;
}
