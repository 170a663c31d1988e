import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { Attention } from "./model";

/** Sets the push rules of a channel: `mute` is an override that stops everything, `mentions` a room rule that leaves the overrides. */
export async function attentionRules(client: MatrixClient, channel: string, attention: Attention): Promise<void> {
  const has = (kind: "override" | "room") => client.pushRules?.global[kind]?.some((rule) => rule.rule_id === channel);
  if (attention !== "mute" && has("override")) await client.deletePushRule("global", "override" as never, channel);
  if (attention !== "mentions" && has("room")) await client.deletePushRule("global", "room" as never, channel);
  if (attention === "mute") {
    const conditions = [{ kind: "event_match", key: "room_id", pattern: channel }];
    await client.addPushRule("global", "override" as never, channel, { conditions, actions: [] } as never);
  }
  if (attention === "mentions") await client.addPushRule("global", "room" as never, channel, { actions: [] } as never);
  client.pushRules = await client.getPushRules();
}
