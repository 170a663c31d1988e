import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import type { Message, Person } from "./model";
import { personIn } from "./people";

/** The last event that the person has read, here or on another device. */
export function readUpTo(client: MatrixClient, room: Room, thread: string | undefined): string | null {
  const me = client.getSafeUserId();
  if (thread) return room.getThread(thread)?.getEventReadUpTo(me) ?? null;
  const marker = room.getAccountData("m.fully_read")?.getContent().event_id as string | undefined;
  return room.getEventReadUpTo(me) ?? farReceipt(room, me) ?? marker ?? null;
}

/** The SDK keeps silent about a receipt for an event that is not loaded, and that is where much is unread. */
function farReceipt(room: Room, me: string): string | undefined {
  const found = (["m.read", "m.read.private"] as const).flatMap((type) => room.getReadReceiptForUserId(me, true, type as never) ?? []);
  return found.sort((a, b) => b.data.ts - a.data.ts)[0]?.eventId;
}

/** Who else has read up to which of these messages. */
export function receiptsOf(
  client: MatrixClient,
  room: Room,
  thread: string | undefined,
  messages: readonly Message[],
): ReadonlyMap<string, readonly Person[]> {
  const found = new Map<string, Person[]>();
  const shown = new Set(messages.map((message) => message.id));
  const me = client.getSafeUserId();
  const source = thread ? room.getThread(thread) : room;
  if (!source) return found;
  for (const member of room.getJoinedMembers().slice(0, 300)) {
    if (member.userId === me) continue;
    const id = source.getEventReadUpTo(member.userId);
    if (!id || !shown.has(id)) continue;
    const people = found.get(id) ?? [];
    people.push(personIn(client, room, member.userId));
    found.set(id, people);
  }
  return found;
}

/** Sends receipts for the last of `events` that is worth one, unless it is read already. */
export async function markRead(client: MatrixClient, room: Room, thread: string | undefined, events: readonly MatrixEvent[]): Promise<void> {
  const me = client.getSafeUserId();
  const last = events.findLast((event) => !event.status && event.getId()?.startsWith("$"));
  const id = last?.getId();
  if (!last || !id) return;
  const counted = thread ? room.getThreadUnreadNotificationCount(thread) > 0 : room.getRoomUnreadNotificationCount() > 0;
  const upTo = thread ? room.getThread(thread)?.getEventReadUpTo(me, true) : room.getEventReadUpTo(me, true);
  if (upTo === id && !counted) return;
  if (thread) await client.sendReadReceipt(last);
  else await client.setRoomReadMarkers(room.roomId, id, last);
}
