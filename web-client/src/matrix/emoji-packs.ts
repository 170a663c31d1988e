import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import { type Matrix, RequestFailed } from "./api";
import { cached } from "./cached";
import { request } from "./client";
import { emojiIn, nameIn, type PackContent, withEmoji, withoutEmoji } from "./emoji-content";
import type { LazyCryptoClient } from "./encryption/gate";
import type { EmojiPack } from "./model";

// Packs of emoji (MSC2545): one's own in the account data, a channel's in its state, and whose are wanted everywhere.
const OWN = "im.ponies.user_emotes";
const OF_ROOM = "im.ponies.room_emotes";
const EVERYWHERE = "im.ponies.emote_rooms";

type PackCalls = Pick<Matrix, "emojiPacks" | "emojiPack" | "addEmoji" | "renameEmoji" | "removeEmoji" | "usedEverywhere" | "setUsedEverywhere">;

export function emojiPacks(client: LazyCryptoClient, room: (id: string) => Room): PackCalls {
  const change = (channel: string | null, edit: (content: PackContent) => PackContent) =>
    request(async () => {
      if (channel) await client.sendStateEvent(channel, OF_ROOM as never, edit(stateContent(room(channel), "")) as never, "");
      else await client.setAccountData(OWN as never, edit(accountContent(client, OWN)) as never);
    });
  const packOf = cached((channel) => watched(client, () => (channel ? channelPack(room(channel), "") : ownPack(client))));
  return {
    emojiPacks: cached((channel) => watched(client, () => packsFor(client, room(channel)))),
    emojiPack: (channel) => packOf(channel ?? ""),
    addEmoji: (channel, emoji) => change(channel, (content) => withEmoji(content, emoji)),
    renameEmoji: (channel, shortcode, next) =>
      change(channel, (content) => {
        const found = content.images?.[shortcode];
        if (!found) throw new RequestFailed(t("That emoji is not there any more."));
        return withEmoji(withoutEmoji(content, shortcode), { shortcode: next, mxc: found.url ?? "" }, found);
      }),
    removeEmoji: (channel, shortcode) => change(channel, (content) => withoutEmoji(content, shortcode)),
    usedEverywhere: cached((channel) => watched(client, () => channel in wantedRooms(client))),
    setUsedEverywhere: (channel, on) =>
      request(async () => {
        const { [channel]: _, ...rest } = wantedRooms(client);
        await client.setAccountData(EVERYWHERE as never, { ...accountContent(client, EVERYWHERE), rooms: on ? { ...rest, [channel]: { "": {} } } : rest } as never);
      }),
  };
}

/** Something read from packs, read again when any of them changes. */
function watched<T>(client: LazyCryptoClient, read: () => T): Readable<T> {
  const value = new Value(read());
  const refresh = () => {
    const next = read();
    if (JSON.stringify(next) !== JSON.stringify(value.get())) value.set(next);
  };
  client.on(ClientEvent.AccountData, (event) => (event.getType() === OWN || event.getType() === EVERYWHERE) && refresh());
  client.on(RoomStateEvent.Events, (event) => event.getType() === OF_ROOM && refresh());
  return value;
}

/** One's own, the channel's, those of its workspaces, and those that are wanted everywhere; each name of an emoji once. */
function packsFor(client: LazyCryptoClient, room: Room): EmojiPack[] {
  const rooms = new Set([room, ...spacesOf(client, room), ...Object.keys(wantedRooms(client)).flatMap((id) => client.getRoom(id) ?? [])]);
  const joined = [...rooms].filter((one) => one.getMyMembership() === "join");
  const taken = new Set<string>();
  return [ownPack(client), ...joined.flatMap(channelPacks)].flatMap((pack) => {
    const emoji = pack.emoji.filter(({ shortcode }) => !taken.has(shortcode));
    for (const { shortcode } of emoji) taken.add(shortcode);
    return emoji.length ? [{ ...pack, emoji }] : [];
  });
}

function spacesOf(client: LazyCryptoClient, room: Room): Room[] {
  return client.getRooms().filter((space) => space.isSpaceRoom() && space.currentState.getStateEvents("m.space.child", room.roomId)?.getContent().via);
}

function ownPack(client: LazyCryptoClient): EmojiPack {
  return { id: "own", name: t("Your emoji"), emoji: emojiIn(accountContent(client, OWN)) };
}

function channelPacks(room: Room): EmojiPack[] {
  return room.currentState.getStateEvents(OF_ROOM as string).map((event: MatrixEvent) => channelPack(room, event.getStateKey() ?? ""));
}

function channelPack(room: Room, key: string): EmojiPack {
  const content = stateContent(room, key);
  return { id: `${room.roomId} ${key}`, name: nameIn(content) || room.name, emoji: emojiIn(content) };
}

function stateContent(room: Room, key: string): PackContent {
  return room.currentState.getStateEvents(OF_ROOM as string, key)?.getContent() ?? {};
}

function accountContent(client: LazyCryptoClient, type: string): PackContent & { rooms?: unknown } {
  return (client.getAccountData(type as never) as MatrixEvent | undefined)?.getContent() ?? {};
}

function wantedRooms(client: LazyCryptoClient): Record<string, object> {
  const { rooms } = accountContent(client, EVERYWHERE);
  return typeof rooms === "object" && rooms !== null ? (rooms as Record<string, object>) : {};
}
