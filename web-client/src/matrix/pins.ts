import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { RoomStateEvent } from "matrix-js-sdk/lib/models/room-state.js";
import { type Readable, Value } from "@/lib/observable";
import type { Access } from "./model";

/** Identifiers of a channel's pinned messages, the last pinned first. */
export function pinsOf(room: Room): string[] {
  const pinned: unknown = room.currentState.getStateEvents("m.room.pinned_events", "")?.getContent().pinned;
  return Array.isArray(pinned) ? pinned.filter((id): id is string => typeof id === "string").reverse() : [];
}

/** The pins, kept in step with the channel. */
export function pinsIn(room: Room): Readable<readonly string[]> {
  return stateValue(room, () => pinsOf(room));
}

/** Who gets in. */
export function accessOf(room: Room): Readable<Access> {
  return stateValue(room, () => accessFrom(room.getJoinRule()));
}

export function accessFrom(rule: string): Access {
  if (rule === "public" || rule === "restricted") return rule;
  return rule === "knock" || rule === "knock_restricted" ? "knock" : "invite";
}

/** Something computed from a room's state; a new value only when it differs. */
function stateValue<T>(room: Room, read: () => T): Readable<T> {
  const value = new Value(read());
  room.on(RoomStateEvent.Update, () => {
    const next = read();
    if (JSON.stringify(next) !== JSON.stringify(value.get())) value.set(next);
  });
  return value;
}
