import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { IEvent, MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { t } from "@/lib/i18n";
import type { Matrix, SendResult } from "./api";
import { failure, request } from "./client";
import type { LazyCryptoClient } from "./encryption/gate";
import { messageOf } from "./messages";
import type { Revision } from "./model";
import { pinsOf } from "./pins";

/** The SDK types each event's content; what is sent here has been made by the composer. */
type Loose = { sendEvent(room: string, thread: string | null, type: string, content: object, txn?: string): Promise<{ event_id: string }> };

type MessageCalls = Pick<Matrix, "send" | "react" | "edit" | "redact" | "setTyping" | "setPinned" | "message" | "revisions" | "report">;

export function messaging(client: LazyCryptoClient, room: (id: string) => Room): MessageCalls {
  const loose = client as unknown as Loose;
  /** Waits for the engine where it is needed, before anything can be sent. */
  const ready = async (channel: string) => {
    if (!room(channel).hasEncryptionStateEvent()) return;
    const engine = await client.gate.need();
    engine.calls.prepare(channel).catch(() => undefined);
  };
  return {
    async send(channel, thread, type, content, txn): Promise<SendResult> {
      try {
        await ready(channel);
        // The SDK keeps what it could not send, and refuses a second one with the same transaction identifier.
        const kept = room(channel).getPendingEvents().find((event) => event.getTxnId() === txn && event.status === "not_sent");
        const { event_id } = kept ? await client.resendEvent(kept, room(channel)) : await loose.sendEvent(channel, thread, type, content, txn);
        return { ok: true, event: event_id };
      } catch (error) {
        return sendFailure(error);
      }
    },
    react: (channel, event, key, shortcode) =>
      request(async () => {
        await loose.sendEvent(channel, null, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: event, key }, ...(shortcode ? { shortcode } : {}) });
      }),
    edit: (channel, event, content) =>
      request(async () => {
        await ready(channel);
        const mentions = { user_ids: [] };
        await loose.sendEvent(channel, null, "m.room.message", {
          ...content,
          body: `* ${String((content as { body?: string }).body ?? "")}`,
          "m.mentions": mentions,
          "m.new_content": content,
          "m.relates_to": { rel_type: "m.replace", event_id: event },
        });
      }),
    redact: (channel, event, reason) =>
      request(async () => {
        await client.redactEvent(channel, event, undefined, reason ? { reason } : undefined);
      }),
    setTyping(channel, typing) {
      client.sendTyping(channel, typing, 20_000).catch(() => undefined);
      if (typing && room(channel).hasEncryptionStateEvent()) client.gate.need().then((engine) => engine.calls.prepare(channel)).catch(() => undefined);
    },
    setPinned: (channel, event, pinned) =>
      request(async () => {
        const rest = pinsOf(room(channel)).filter((id) => id !== event);
        // In the event the last pinned is the last.
        const next = (pinned ? [event, ...rest] : rest).toReversed();
        await client.sendStateEvent(channel, "m.room.pinned_events" as never, { pinned: next } as never, "");
      }),
    message: (channel, id) =>
      request(async () => {
        const here = room(channel);
        const event = here.findEventById(id) ?? client.getEventMapper()(await client.fetchRoomEvent(channel, id));
        await client.decryptEventIfNeeded(event);
        return messageOf(client, here, event, true);
      }),
    revisions: (channel, id) => request(() => revisionsOf(client, channel, id)),
    report: (channel, event, reason) =>
      request(async () => {
        await (event ? client.reportEvent(channel, event, -100, reason) : client.reportRoom(channel, reason));
      }),
  };
}

async function revisionsOf(client: LazyCryptoClient, channel: string, id: string): Promise<Revision[]> {
  const open = async (raw: Partial<IEvent>) => {
    const event = client.getEventMapper({ decrypt: false })(raw);
    await client.decryptEventIfNeeded(event);
    return event;
  };
  const first = await open(await client.fetchRoomEvent(channel, id));
  const { chunk } = await client.fetchRelations(channel, id, "m.replace", null, { limit: 100 });
  const edits = chunk.filter((event) => event.sender === first.getSender()).sort((a, b) => a.origin_server_ts - b.origin_server_ts);
  const later = await Promise.all(edits.map(open));
  return [revision(first, first.getOriginalContent()), ...later.map((event) => revision(event, event.getContent()["m.new_content"] as Record<string, unknown> | undefined))];
}

function revision(event: MatrixEvent, content: Record<string, unknown> | undefined): Revision {
  const formatted = content?.format === "org.matrix.custom.html" && typeof content.formatted_body === "string" ? content.formatted_body : null;
  const body = event.isDecryptionFailure() ? t("This version can't be decrypted here.") : typeof content?.body === "string" ? content.body : "";
  return { id: event.getId() ?? "", ts: event.getTs(), body, html: formatted };
}

function sendFailure(error: unknown): SendResult {
  const failed = failure(error);
  const wait = (error as MatrixError | undefined)?.data?.retry_after_ms;
  if (failed.code === "M_LIMIT_EXCEEDED") return { ok: false, retry: true, afterMs: typeof wait === "number" ? wait : 3000 };
  if (failed.status === 0 || failed.status >= 500) return { ok: false, retry: true, afterMs: 3000 };
  return { ok: false, retry: false, reason: failed.message };
}
