import { ClientEvent, type MatrixClient } from "matrix-js-sdk/lib/client.js";
import { MatrixEventEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { ThreadEvent } from "matrix-js-sdk/lib/models/thread.js";
import { UserEvent } from "matrix-js-sdk/lib/models/user.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import { localpart } from "@/lib/ids";
import { type Readable, Value } from "@/lib/observable";
import { account } from "./account";
import type { Matrix, ThreadEntry } from "./api";
import { cached } from "./cached";
import { channels } from "./channel-actions";
import { ChannelList } from "./channels";
import { createClient, failure, request, start } from "./client";
import { emojiPacks } from "./emoji-packs";
import { encryptionOf } from "./encryption/facade";
import type { LazyCryptoClient } from "./encryption/gate";
import { ignoredBy } from "./ignored";
import { delaying } from "./later";
import type { MediaStore } from "./media";
import { previewOf, threadSummary } from "./messages";
import { messaging } from "./messaging";
import type { Connection, Person, UploadLimits } from "./model";
import { membersOf, personIn, presenceOf, rightsIn, typingIn } from "./people";
import { accessOf, pinsIn } from "./pins";
import { watchNotices } from "./notices";
import { ownData } from "./own-data";
import { polling } from "./polls";
import { pushing } from "./pushing";
import { profiles } from "./profiles";
import { searching } from "./search";
import { spaces } from "./spaces";
import { RoomTimeline } from "./timeline";
import { SignedOut, type Tokens } from "./tokens";

/**
 * Starts the account's client. Resolves when its calls may be made: from the store at once, else after the first sync.
 * Throws `SignedOut` when the session has ended meanwhile.
 */
export async function startSession(tokens: Tokens, media: MediaStore, fetchFn: typeof fetch): Promise<Matrix> {
  const client = await createClient(tokens, fetchFn);
  const connection = new Value<Connection>("starting");
  const ended = new Promise<never>((_resolve, reject) => {
    tokens.onSignedOut = () => {
      connection.set("ended");
      reject(new SignedOut());
    };
  });
  const list = new ChannelList(client);
  const me = new Value<Person>({ id: client.getSafeUserId(), name: localpart(client.getSafeUserId()), avatar: null });
  watchOwnProfile(client, me);
  const prepared = watchConnection(client, connection, list);
  await Promise.race([start(client).then(() => prepared), ended]);
  return assemble(client, media, connection, list, me);
}

function watchConnection(client: MatrixClient, connection: Value<Connection>, list: ChannelList): Promise<void> {
  return new Promise((resolve) => {
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (connection.get() === "ended") return;
      if (state === "PREPARED" && data?.fromCache) {
        // What the last visit kept: enough to work with, but the server has not been heard yet.
        list.touchAll();
        list.flush();
        resolve();
      } else if (state === "PREPARED" || state === "SYNCING") {
        if (connection.get() !== "live") {
          list.touchAll();
          list.flush();
        }
        connection.set("live");
        resolve();
      } else if (state === "ERROR" || state === "RECONNECTING" || state === "CATCHUP") {
        connection.set("offline");
      }
    });
  });
}

function watchOwnProfile(client: MatrixClient, me: Value<Person>): void {
  const id = client.getSafeUserId();
  const refresh = () => {
    const user = client.getUser(id);
    if (user) me.set({ id, name: user.displayName || localpart(id), avatar: user.avatarUrl || null });
  };
  client.on(UserEvent.DisplayName, (_event, user) => user.userId === id && refresh());
  client.on(UserEvent.AvatarUrl, (_event, user) => user.userId === id && refresh());
  client.getProfileInfo(id).then(
    (profile) => me.set({ id, name: profile.displayname || localpart(id), avatar: profile.avatar_url || null }),
    () => undefined,
  );
}

function assemble(client: LazyCryptoClient, media: MediaStore, connection: Value<Connection>, list: ChannelList, me: Value<Person>): Matrix {
  const room = (id: string): Room => {
    const found = client.getRoom(id);
    if (!found) throw failure(new Error(`no channel ${id}`));
    return found;
  };
  return {
    userId: client.getSafeUserId(),
    connection,
    channels: list.readable,
    encryption: encryptionOf(client),
    later: delaying(client, room),
    pushing: pushing(client),
    me,
    timeline: (channel, at) => new RoomTimeline(client, room(channel), at),
    members: cached((channel) => membersOf(client, room(channel))),
    rights: cached((channel) => rightsIn(client, room(channel))),
    typing: cached((channel) => typingIn(client, room(channel))),
    presence: cached((user) => presenceOf(client, user)),
    threads: cached((channel) => threadsOf(client, room(channel))),
    pins: cached((channel) => pinsIn(room(channel))),
    access: cached((channel) => accessOf(room(channel))),
    ignored: ignoredBy(client),
    onNotice: watchNotices(client, list),
    upload: (file, name, progress) => media.upload(file, name, progress),
    uploadLimits: once(() => limits(client)),
    stop: () => client.stopClient(),
    ...messaging(client, room),
    ...channels(client, room, list),
    ...account(client, me),
    ...searching(client),
    ...polling(client, room),
    ...spaces(client, room),
    ...profiles(client),
    ...ownData(client),
    ...emojiPacks(client, room),
  };
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => (running ??= work());
}

async function limits(client: MatrixClient): Promise<UploadLimits> {
  const config = await request(() => client.getMediaConfig(true)).catch(() => ({}) as { "m.upload.size"?: number });
  return { maxSize: config["m.upload.size"] ?? null };
}

function threadsOf(client: MatrixClient, room: Room): Readable<readonly ThreadEntry[]> {
  const value = new Value<readonly ThreadEntry[]>([]);
  const refresh = () => {
    const entries = room.getThreads().flatMap((thread): ThreadEntry[] => {
      const root = thread.rootEvent;
      const sender = root?.getSender();
      if (!root || !sender || thread.length === 0) return [];
      const summary = threadSummary(client, room, thread);
      return [{ root: thread.id, author: personIn(client, room, sender), preview: previewOf(root), ts: root.getTs(), summary }];
    });
    value.set(entries.sort((a, b) => b.summary.lastTs - a.summary.lastTs));
  };
  room.on(ThreadEvent.New, refresh);
  room.on(ThreadEvent.Update, refresh);
  room.on(RoomEvent.UnreadNotifications, refresh);
  client.on(MatrixEventEvent.Decrypted, (event) => event.getRoomId() === room.roomId && event.threadRootId && refresh());
  void room
    .createThreadsTimelineSets()
    .then(() => room.fetchRoomThreads())
    .then(refresh, refresh);
  refresh();
  return value;
}
