import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { serverOf } from "@/lib/ids";
import type { LazyCryptoClient } from "./encryption/gate";
import type { NewChannel } from "./model";

/** The content of the event that turns encryption on. */
export const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2" } as const;

interface InitialState {
  type: string;
  state_key: string;
  content: object;
}

/** What makes a new room an encrypted one. The engine is loaded first: its keys must be there when the room is. */
export async function sealedState(client: LazyCryptoClient): Promise<InitialState[]> {
  await client.gate.need();
  return [{ type: "m.room.encryption", state_key: "", content: ENCRYPTION }];
}

/** Makes a channel or a workspace; one that belongs to a workspace is listed there. */
export async function createChannel(client: LazyCryptoClient, wanted: NewChannel): Promise<string> {
  const { name, topic, visibility, encrypted, invite, space, isSpace } = wanted;
  const open = visibility === "public";
  const options = {
    name,
    topic: topic || undefined,
    invite,
    preset: open ? "public_chat" : "private_chat",
    visibility: open ? "public" : "private",
    initial_state: [...(encrypted ? await sealedState(client) : []), ...(space ? membershipState(client, space, visibility === "members") : [])],
    // In a workspace nobody talks: that is for its channels.
    ...(isSpace ? { creation_content: { type: "m.space" }, power_level_content_override: { events_default: 100 } } : {}),
  };
  const alias = open ? aliasFor(name) : undefined;
  const { room_id } = await client.createRoom({ ...options, ...(alias ? { room_alias_name: alias } : {}) } as never).catch((error: MatrixError) => {
    if (error.errcode !== "M_ROOM_IN_USE") throw error;
    return client.createRoom(options as never);
  });
  if (space) await listIn(client, space, room_id, true);
  return room_id;
}

function membershipState(client: LazyCryptoClient, space: string, restricted: boolean): InitialState[] {
  const parent = { type: "m.space.parent", state_key: space, content: { via: [serverOf(client.getSafeUserId())], canonical: true } };
  const rule = { type: "m.room.join_rules", state_key: "", content: restrictedTo([space]) };
  return restricted ? [parent, rule] : [parent];
}

/** Join rules that let the members of these workspaces in. */
export function restrictedTo(spaces: readonly string[]): object {
  return { join_rule: "restricted", allow: spaces.map((room_id) => ({ type: "m.room_membership", room_id })) };
}

/** Puts a channel into the list of a workspace, or takes it out. */
export async function listIn(client: LazyCryptoClient, space: string, channel: string, listed: boolean): Promise<void> {
  const content = listed ? { via: [serverOf(client.getSafeUserId())] } : {};
  await client.sendStateEvent(space, "m.space.child" as never, content as never, channel);
}

function aliasFor(name: string): string | undefined {
  const bare = name.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return bare || undefined;
}
