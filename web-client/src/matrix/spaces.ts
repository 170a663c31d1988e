import type { Room } from "matrix-js-sdk/lib/models/room.js";
import type { Matrix } from "./api";
import { request } from "./client";
import { listIn } from "./create";
import type { LazyCryptoClient } from "./encryption/gate";
import { entryOf } from "./entries";
import type { SpaceEntry } from "./model";

type SpaceCalls = Pick<Matrix, "hierarchy" | "setListed" | "setArchived" | "versions" | "upgrade">;

/** Power that writing needs in a channel that is archived: only its admins could. */
const ARCHIVED_POWER = 100;

/** Channels of a workspace that are listed in it, in its own order. */
export function childrenOf(room: Room): string[] {
  const listed = room.currentState.getStateEvents("m.space.child").filter((event) => Array.isArray(event.getContent().via) && event.getContent().via.length > 0);
  const order = (value: unknown) => (typeof value === "string" ? value : "\uffff");
  return listed
    .sort((a, b) => order(a.getContent().order).localeCompare(order(b.getContent().order)) || a.getTs() - b.getTs())
    .map((event) => event.getStateKey() ?? "");
}

/** Whether nobody but the admins may write any more. */
export function isArchived(room: Room): boolean {
  const power: unknown = room.currentState.getStateEvents("m.room.power_levels", "")?.getContent().events_default;
  return typeof power === "number" && power >= ARCHIVED_POWER && !room.isSpaceRoom();
}

/** The channel that this one was moved to. */
export function successorOf(room: Room): string | null {
  const successor: unknown = room.currentState.getStateEvents("m.room.tombstone", "")?.getContent().replacement_room;
  return typeof successor === "string" ? successor : null;
}

export function spaces(client: LazyCryptoClient, room: (id: string) => Room): SpaceCalls {
  return {
    hierarchy: (space, next) =>
      request(async () => {
        const answer = await client.getRoomHierarchy(space, 50, 1, false, next);
        const entries = answer.rooms.filter((one) => one.room_id !== space).map((one): SpaceEntry => Object.assign(entryOf(client, one, "invite"), { isSpace: one.room_type === "m.space" }));
        return { entries, next: answer.next_batch ?? null };
      }),
    setListed: (space, channel, listed) => request(() => listIn(client, space, channel, listed)),
    setArchived: (channel, archived) =>
      request(async () => {
        const levels = room(channel).currentState.getStateEvents("m.room.power_levels", "")?.getContent() ?? {};
        await client.sendStateEvent(channel, "m.room.power_levels" as never, { ...levels, events_default: archived ? ARCHIVED_POWER : 0 } as never, "");
      }),
    versions: (channel) =>
      request(async () => {
        const capabilities = await client.getCapabilities();
        return { now: room(channel).getVersion(), best: capabilities["m.room_versions"]?.default ?? room(channel).getVersion() };
      }),
    upgrade: (channel, version) =>
      request(async () => {
        const { replacement_room: successor } = await client.upgradeRoom(channel, version);
        // Workspaces list the new one in place of the old.
        for (const space of client.getRooms().filter((one) => one.isSpaceRoom() && one.getMyMembership() === "join" && childrenOf(one).includes(channel))) {
          if (!space.currentState.maySendStateEvent("m.space.child", client.getSafeUserId())) continue;
          await listIn(client, space.roomId, successor, true);
          await listIn(client, space.roomId, channel, false);
        }
        return successor;
      }),
  };
}
