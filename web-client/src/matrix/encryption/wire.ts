import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";

/** An event as the server gave it, to be handed to the tab that holds the keys. */
export function wireOf(event: MatrixEvent): object {
  return {
    event_id: event.getId(),
    room_id: event.getRoomId(),
    type: event.getWireType(),
    sender: event.getSender(),
    content: event.getWireContent(),
    origin_server_ts: event.getTs(),
    unsigned: event.getUnsigned(),
  };
}
