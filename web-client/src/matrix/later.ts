import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { t } from "@/lib/i18n";
import type { Later } from "./api";
import { RequestFailed } from "./api";
import { request } from "./client";
import type { LazyCryptoClient } from "./encryption/gate";
import type { Fate, LaterLimits, Scheduled, ScheduledContent } from "./model";

// MSC4140 is not in the spec yet: these are the names that servers have today, and those that it will have.
const UNSTABLE = "org.matrix.msc4140";
const PREFIX = { prefix: `/_matrix/client/unstable/${UNSTABLE}` };
const MESSAGE = "m.room.message";
const ENCRYPTED = "m.room.encrypted";

/** An event that waits, as the server tells of it. */
interface Waiting {
  delay_id: string;
  room_id: string;
  type: string;
  state_key?: string;
  content: Record<string, unknown>;
  delay_ms?: number;
  delay?: number;
  scheduled_at?: number;
  running_since?: number;
}

interface Ended {
  event_id?: string;
  error?: { errcode?: string; error?: string };
  finalised_ts?: number;
}

export function delaying(client: LazyCryptoClient, room: (id: string) => Room): Later {
  const act = (id: string, action: string) =>
    request(async () => {
      await client.http.authedRequest(Method.Post, `/delayed_events/${encodeURIComponent(id)}/${action}`, undefined, {}, PREFIX);
    });
  return {
    limits: () => request(() => limitsOf(client)),
    schedule: (channel, content, at) => request(() => schedule(client, room(channel), content, at)),
    list: () => request(() => list(client)),
    fate: (id) => request(() => fateOf(client, id)),
    send: (id) => act(id, "send"),
    cancel: (id) => act(id, "cancel"),
  };
}

async function limitsOf(client: LazyCryptoClient): Promise<LaterLimits | null> {
  if (!(await client.doesServerSupportUnstableFeature(UNSTABLE))) return null;
  const all = (await client.getCapabilities()) as Record<string, { max_delay_ms?: number; max_scheduled?: number } | undefined>;
  const said = all["m.delayed_events"] ?? all[`${UNSTABLE}.delayed_events`];
  return { maxMs: said?.max_delay_ms ?? null, most: said?.max_scheduled ?? null };
}

async function schedule(client: LazyCryptoClient, room: Room, content: object, at: number): Promise<string> {
  const channel = room.roomId;
  let sealed: object | null = null;
  if (room.hasEncryptionStateEvent()) {
    const { calls } = await client.gate.need();
    calls.prepare(channel).catch(() => undefined);
    sealed = await calls.sealLater(channel, MESSAGE, content);
  }
  const path = `/rooms/${encodeURIComponent(channel)}/send/${sealed ? ENCRYPTED : MESSAGE}/${client.makeTxnId()}`;
  const delay = String(Math.max(1, Math.round(at - Date.now())));
  const answer = await client.http.authedRequest<{ delay_id?: string }>(Method.Put, path, { [`${UNSTABLE}.delay`]: delay }, sealed ?? content);
  // A server that knows nothing of delays has sent it at once.
  if (!answer.delay_id) throw new RequestFailed(t("The server has sent the message at once: it can't send later."));
  return answer.delay_id;
}

async function list(client: LazyCryptoClient): Promise<Scheduled[]> {
  const answer = await client.http.authedRequest<{ delayed_events?: Waiting[]; scheduled?: Waiting[] }>(Method.Get, "/delayed_events", undefined, undefined, PREFIX);
  const waiting = answer.delayed_events ?? answer.scheduled ?? [];
  // Calls leave state behind in the same way; that is no message.
  const messages = waiting.filter((event) => event.state_key === undefined && (event.type === MESSAGE || event.type === ENCRYPTED));
  return Promise.all(messages.map((event) => scheduledOf(client, event)));
}

async function scheduledOf(client: LazyCryptoClient, event: Waiting): Promise<Scheduled> {
  const at = (event.scheduled_at ?? event.running_since ?? 0) + (event.delay_ms ?? event.delay ?? 0);
  const content = event.type === MESSAGE ? event.content : await openedIn(client, event).catch(() => null);
  return { id: event.delay_id, channel: event.room_id, at, content: readContent(content) };
}

async function openedIn(client: LazyCryptoClient, { room_id, content }: Waiting): Promise<object> {
  const { calls } = await client.gate.need();
  return { "m.relates_to": content["m.relates_to"], ...(await calls.openLater(room_id, content)) };
}

function readContent(content: object | null): ScheduledContent | null {
  const body = (content as { body?: unknown } | null)?.body;
  return typeof body === "string" ? { ...content, body } : null;
}

async function fateOf(client: LazyCryptoClient, id: string): Promise<Fate> {
  try {
    const event = await client.http.authedRequest<Ended>(Method.Get, `/delayed_events/${encodeURIComponent(id)}`, undefined, undefined, PREFIX);
    if (event.event_id) return { is: "sent" };
    if (event.error) return { is: "refused", reason: reasonOf(event.error) };
    return { is: event.finalised_ts ? "gone" : "waiting" };
  } catch (error) {
    // Forgotten, or a server that does not tell.
    if ((error as MatrixError).httpStatus === 404) return { is: "gone" };
    throw error;
  }
}

function reasonOf({ errcode, error }: NonNullable<Ended["error"]>): string {
  if (errcode === "M_FORBIDDEN") return t("You may not write there any more.");
  return error || t("The server refused the request.");
}
