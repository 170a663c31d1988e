import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/CryptoEvent.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { RoomMemberEvent } from "matrix-js-sdk/lib/models/room-member.js";
import { localStore } from "@/lib/storage";
import type { LazyCryptoClient } from "./gate";

const KEY = "crypto.owed";
const MOST = 500;
/** Larger channels are not looked through for people without devices. */
const MOST_MEMBERS = 200;
/** How often a channel is looked through. Milliseconds. */
const LOOK_EVERY_MS = 5 * 60_000;
const BUNDLES: ReadonlySet<string> = new Set(["m.room_key_bundle", "io.element.msc4268.room_key_bundle"]);

interface Owed {
  room: string;
  user: string;
}

/**
 * Keys for people who had no device that encrypts when something was written to them: a newcomer, or everyone who was
 * away when encryption was turned on. Without this those words would stay closed to them. Who wrote remembers it, and
 * hands the keys over (MSC4268) when the person's first device is there.
 */
export class OwedHistory {
  readonly #client: LazyCryptoClient;
  readonly #backend: CryptoBackend;
  readonly #busy = new Set<string>();
  /** Who is once able stays so, as far as anything is owed to them. */
  readonly #known = new Set<string>();
  readonly #looked = new Map<string, number>();

  constructor(client: LazyCryptoClient, backend: CryptoBackend) {
    this.#client = client;
    this.#backend = backend;
    client.on(CryptoEvent.DevicesUpdated, (users) => users.forEach((user) => void this.#settle(user)));
    client.on(CryptoEvent.UserTrustStatusChanged, (user) => void this.#settle(user));
    client.on(RoomMemberEvent.Membership, (_event, member) => member.membership === "join" && void this.#settle(member.userId));
    client.once(ClientEvent.Sync, () => this.#list().forEach(({ user }) => void this.#settle(user)));
    client.on(ClientEvent.ReceivedToDeviceMessage, ({ message, encryptionInfo }) => {
      if (BUNDLES.has(message.type) && encryptionInfo) void this.#take(String(message.content.room_id), encryptionInfo.sender);
    });
  }

  /** Something is about to be written in a channel. */
  async writing(room: Room): Promise<void> {
    if (Date.now() - (this.#looked.get(room.roomId) ?? 0) < LOOK_EVERY_MS) return;
    this.#looked.set(room.roomId, Date.now());
    const members = await room.getEncryptionTargetMembers();
    const others = members.map((member) => member.userId).filter((user) => user !== this.#client.getUserId());
    if (others.length <= MOST_MEMBERS) await this.owe(room.roomId, others);
  }

  /** Remembers those of `users` who can't take the keys yet. */
  async owe(room: string, users: readonly string[]): Promise<void> {
    const able = await this.#able(users);
    const owed = users.filter((user) => !able.has(user)).map((user) => ({ room, user }));
    if (!owed.length) return;
    const rest = this.#list().filter((one) => !owed.some(({ user }) => one.room === room && one.user === user));
    localStore.write(KEY, [...rest, ...owed].slice(-MOST));
  }

  #list(): Owed[] {
    return localStore.read<Owed[]>(KEY) ?? [];
  }

  async #settle(user: string): Promise<void> {
    const owed = this.#list().filter((one) => one.user === user);
    if (!owed.length || this.#busy.has(user)) return;
    this.#busy.add(user);
    try {
      if (!(await this.#able([user])).has(user)) return;
      for (const { room } of owed) {
        const visibility = this.#client.getRoom(room)?.getHistoryVisibility();
        if (visibility === "shared" || visibility === "world_readable") await this.#backend.shareRoomHistoryWithUser(room, user);
        localStore.write(KEY, this.#list().filter((one) => one.room !== room || one.user !== user));
      }
    } catch {
      // Kept, and tried again with the next change of their devices or at the next start.
    } finally {
      this.#busy.delete(user);
    }
  }

  /** Those who have a device, confirmed by themselves, that can be sent keys. */
  async #able(users: readonly string[]): Promise<Set<string>> {
    const able = new Set(users.filter((user) => this.#known.has(user)));
    const rest = users.filter((user) => !able.has(user));
    for (const [user, devices] of rest.length ? await this.#backend.getUserDeviceInfo(rest, true) : []) {
      for (const id of devices.keys()) {
        if (!(await this.#backend.getDeviceVerificationStatus(user, id))?.signedByOwner) continue;
        able.add(user);
        this.#known.add(user);
        break;
      }
    }
    return able;
  }

  /** Takes keys from whoever wrote what can't be read here; the SDK by itself takes them only from who invited. */
  async #take(roomId: string, sender: string): Promise<void> {
    const room = this.#client.getRoom(roomId);
    const closed = room?.getLiveTimeline().getEvents().some((event) => event.getSender() === sender && event.isDecryptionFailure());
    if (closed && room?.getMember(sender)?.membership === "join") await this.#backend.maybeAcceptKeyBundle(roomId, sender).catch(() => undefined);
  }
}
