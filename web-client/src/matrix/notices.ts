import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import { type MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { RoomEvent } from "matrix-js-sdk/lib/models/room.js";
import type { ChannelList } from "./channels";
import { previewOf } from "./messages";
import type { Notice } from "./model";
import { personIn } from "./people";

/** Older messages are history that came late, not news. Milliseconds. */
const FRESH_MS = 60_000;

/** Tells of each new message that the push rules say to tell of; the channel list knows the channels by their names here. */
export function watchNotices(client: MatrixClient, list: ChannelList): (listener: (notice: Notice) => void) => () => void {
  const listeners = new Set<(notice: Notice) => void>();
  client.on(RoomEvent.Timeline, async (event, room, toStart, removed, data) => {
    if (!room || toStart || removed || !data.liveEvent || event.getSender() === client.getUserId()) return;
    if (event.status || Date.now() - event.getTs() > FRESH_MS || event.isRelation("m.replace")) return;
    // Whether one is meant stands inside of an encrypted message.
    await client.decryptEventIfNeeded(event);
    const actions = client.getPushActionsForEvent(event, true);
    if (!actions?.notify) return;
    const channel = list.value.get().find((one) => one.id === room.roomId);
    if (channel && channel.membership !== "join") return;
    const notice: Notice = {
      channel: room.roomId,
      channelName: channel?.name ?? room.name,
      event: event.getId() ?? "",
      sender: personIn(client, room, event.getSender() ?? ""),
      text: textOf(event),
      ts: event.getTs(),
      loud: Boolean(actions.tweaks?.highlight) || channel?.kind === "dm",
    };
    for (const listener of listeners) listener(notice);
  });
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

function textOf(event: MatrixEvent): string {
  return previewOf(event).slice(0, 200);
}
