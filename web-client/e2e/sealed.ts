import { expect } from "vitest";
import type { Account, Visitor, World } from "./world.ts";

/** Options of a new room that make it an encrypted one. */
export const ENCRYPTED = { initial_state: [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }] };

/** Ann and Ben in an encrypted channel of hers, both with it open and their keys published. */
export async function sealed(world: World, name = "vault"): Promise<{ ann: Account; ben: Account; room: string; one: Visitor; two: Visitor }> {
  const [ann, ben] = [await world.person("ann"), await world.person("ben")];
  const room = await ann.room({ name, preset: "private_chat", invite: [ben.userId], ...ENCRYPTED });
  await ben.join(room);
  const [one, two] = await world.watching(name, ann, ben);
  await Promise.all([ann, ben].map(async (who) => expect.poll(() => keysOf(who)).toBeGreaterThan(0)));
  return { ann, ben, room, one, two };
}

/** Ann alone, on a device on which she has written these words in an encrypted channel of hers. */
export async function wrote(world: World, words: string): Promise<{ ann: Account; first: Visitor }> {
  const ann = await world.person("ann");
  await ann.room({ name: "vault", preset: "private_chat", ...ENCRYPTED });
  const first = await world.visitor(ann);
  await first.open("vault");
  await first.write(words);
  await first.sent(words);
  return { ann, first };
}

/** How many devices of an account have published keys. */
async function keysOf(account: Account): Promise<number> {
  const answer = await account.call<{ device_keys: Record<string, object> }>("POST", "/v3/keys/query", { device_keys: { [account.userId]: [] } });
  return Object.keys(answer.device_keys[account.userId] ?? {}).length;
}
