import { ClientEvent } from "matrix-js-sdk/lib/client.js";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/CryptoEvent.js";
import { RoomMemberEvent } from "matrix-js-sdk/lib/models/room-member.js";
import { localStore } from "@/lib/storage";
import type { LazyCryptoClient } from "./gate";

const KEY = "crypto.owed";
const MOST = 200;

interface Owed {
  room: string;
  user: string;
}

/**
 * Keys of earlier messages for people whom this account invited before they had any device that encrypts: without this
 * the first words to a newcomer would stay closed to them. Kept until their first device is there, then handed over.
 */
export class OwedHistory {
  readonly #client: LazyCryptoClient;
  readonly #backend: CryptoBackend;
  readonly #busy = new Set<string>();

  constructor(client: LazyCryptoClient, backend: CryptoBackend) {
    this.#client = client;
    this.#backend = backend;
    client.on(CryptoEvent.DevicesUpdated, (users) => users.forEach((user) => void this.#settle(user)));
    client.on(CryptoEvent.UserTrustStatusChanged, (user) => void this.#settle(user));
    client.on(RoomMemberEvent.Membership, (_event, member) => member.membership === "join" && void this.#settle(member.userId));
    client.once(ClientEvent.Sync, () => this.#list().forEach(({ user }) => void this.#settle(user)));
  }

  /** Remembers those of `users` who can't take the keys yet. */
  async owe(room: string, users: readonly string[]): Promise<void> {
    for (const user of users) {
      if (await this.#reachable(user)) continue;
      const rest = this.#list().filter((one) => one.room !== room || one.user !== user);
      localStore.write(KEY, [...rest, { room, user }].slice(-MOST));
    }
  }

  #list(): Owed[] {
    return localStore.read<Owed[]>(KEY) ?? [];
  }

  async #settle(user: string): Promise<void> {
    const owed = this.#list().filter((one) => one.user === user);
    if (!owed.length || this.#busy.has(user)) return;
    this.#busy.add(user);
    try {
      if (!(await this.#reachable(user))) return;
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

  /** Whether a device of theirs, confirmed by themselves, can be sent keys. */
  async #reachable(user: string): Promise<boolean> {
    const devices = (await this.#backend.getUserDeviceInfo([user], true)).get(user);
    for (const id of devices?.keys() ?? []) {
      if ((await this.#backend.getDeviceVerificationStatus(user, id))?.signedByOwner) return true;
    }
    return false;
  }
}
