import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { DirectoryEntry } from "./model";
import { accessFrom } from "./pins";

/** What servers tell of a room in the directory, in a workspace, and by its address. */
interface Told {
  room_id: string;
  name?: string;
  topic?: string;
  canonical_alias?: string;
  avatar_url?: string;
  num_joined_members: number;
  join_rule?: string;
}

/** The room as a line of a list. Where no join rule is told, it is `rule`. */
export function entryOf(client: MatrixClient, told: Told, rule: "public" | "invite"): DirectoryEntry {
  return {
    id: told.room_id,
    alias: told.canonical_alias ?? null,
    name: told.name || told.canonical_alias || told.room_id,
    topic: told.topic ?? "",
    avatar: told.avatar_url ?? null,
    members: told.num_joined_members,
    joined: client.getRoom(told.room_id)?.getMyMembership() === "join",
    access: accessFrom(told.join_rule ?? rule),
  };
}
