import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import type { LazyCryptoClient } from "./gate";

/** An event as it travels to the tab that encrypts it, and back. */
export interface Sealed {
  type: string;
  content: object;
  senderKey: string;
  claimedKey: string;
}

/** How long a room may take to reach this tab's sync after another tab has written in it. */
const ROOM_WAIT_MS = 10_000;

/** Encrypts an event for those who are in the room now. */
export async function seal(client: LazyCryptoClient, backend: CryptoBackend, roomId: string, type: string, content: object): Promise<Sealed> {
  const room = await encryptedRoom(client, backend, roomId);
  const event = new MatrixEvent({ type, content, room_id: roomId, sender: client.getSafeUserId(), event_id: `~${crypto.randomUUID()}` });
  await backend.encryptEvent(event, room);
  return { type: event.getWireType(), content: event.getWireContent(), senderKey: event.getSenderKey() ?? "", claimedKey: event.getClaimedEd25519Key() ?? "" };
}

/** Opens what one has encrypted oneself and what is not in the room yet, so that it has neither an identifier nor a time. */
export async function unseal(client: LazyCryptoClient, backend: CryptoBackend, roomId: string, content: object): Promise<object> {
  const event = { type: "m.room.encrypted", content, room_id: roomId, sender: client.getSafeUserId(), event_id: "$scheduled", origin_server_ts: Date.now() };
  return (await backend.decryptEvent(new MatrixEvent(event))).clearEvent.content;
}

async function encryptedRoom(client: LazyCryptoClient, backend: CryptoBackend, roomId: string): Promise<Room> {
  const end = Date.now() + ROOM_WAIT_MS;
  for (;;) {
    const room = client.getRoom(roomId);
    if (room && (await backend.isEncryptionEnabledInRoom(roomId))) return room;
    if (Date.now() > end) throw new Error(`no encrypted room ${roomId}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
