import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import { EventTimeline } from "matrix-js-sdk/lib/models/event-timeline.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import { NotificationCountType } from "matrix-js-sdk/lib/models/room.js";
import type { Thread } from "matrix-js-sdk/lib/models/thread.js";
import { fileAddress } from "@/lib/files/address";
import { t } from "@/lib/i18n";
import { lockReason } from "./encryption/locked";
import type { LazyCryptoClient } from "./encryption/gate";
import type { Media, Message, MessageKind, Poll, Quote, Reaction, ThreadSummary } from "./model";
import { personIn } from "./people";
import { pollsIn, pollStart } from "./polls";
import { stateText } from "./state-text";

const MESSAGE_KINDS: Readonly<Record<string, MessageKind>> = {
  "m.text": "text",
  "m.emote": "emote",
  "m.notice": "notice",
  "m.image": "image",
  "m.video": "video",
  "m.audio": "audio",
  "m.file": "file",
  "m.location": "place",
};

type Content = Record<string, unknown>;

/** An event as the timeline shows it, or `null` for events that have no line of their own. */
export function messageOf(client: LazyCryptoClient, room: Room, event: MatrixEvent, inThread: boolean): Message | null {
  const id = event.getId();
  const sender = event.getSender();
  if (!id || !sender) return null;
  const line = lineOf(client, room, event);
  if (!line) return null;
  const me = client.getSafeUserId();
  const content = contentOf(event);
  const kind = line.kind;
  const spoken = kind !== "event" && kind !== "deleted";
  return {
    id,
    key: event.getTxnId() ?? id,
    sender: personIn(client, room, sender),
    ts: event.getTs(),
    kind,
    body: line.body,
    html: kind === "text" || kind === "emote" || kind === "notice" ? formatted(content) : null,
    media: mediaOf(content, kind),
    edited: spoken && event.replacingEventId() !== undefined,
    quote: spoken ? quoteOf(client, room, event, inThread) : null,
    thread: inThread ? null : threadOf(client, room, event),
    reactions: spoken ? reactionsOf(client, room, id) : [],
    mentionsMe: sender !== me && mentions(content, me),
    own: sender === me,
    ...(kind === "encrypted" ? { locked: lockReason(event) } : {}),
    ...(kind === "poll" ? { poll: pollOf(client, room, event) } : {}),
    ...(kind === "place" ? { geo: text(content.geo_uri) } : {}),
  };
}

/** What the event says now; what it said at first while its edit can't be read. */
function contentOf(event: MatrixEvent): Content {
  return isLocked(event.replacingEvent()) ? event.getOriginalContent<Content>() : event.getContent<Content>();
}

/** Encrypted, and not opened: not yet, or not at all. */
function isLocked(event: MatrixEvent | null): boolean {
  return event !== null && !event.isRedacted() && (event.getType() === "m.room.encrypted" || event.isDecryptionFailure());
}

function lineOf(client: MatrixClient, room: Room, event: MatrixEvent): { kind: MessageKind; body: string } | null {
  if (event.isState()) {
    const body = stateText(client, room, event);
    return body ? { kind: "event", body } : null;
  }
  const type = event.getType();
  if (type === "m.room.encrypted" && event.isRedacted()) return { kind: "deleted", body: "" };
  if (isLocked(event)) {
    return event.getRelation()?.rel_type === "m.replace" ? null : { kind: "encrypted", body: t("This message is encrypted.") };
  }
  if (type === "m.sticker" || type === "m.room.message") {
    if (event.isRedacted()) return { kind: "deleted", body: "" };
    if (event.isRelation("m.replace")) return null;
    const content = contentOf(event);
    if (content.msgtype === "m.key.verification.request") return null;
    const kind = type === "m.sticker" ? "sticker" : MESSAGE_KINDS[String(content.msgtype)];
    if (kind) return { kind, body: withoutFallback(text(content.body), content) };
    return { kind: "other", body: text(content.body) };
  }
  if (type.endsWith("poll.start")) {
    if (event.isRedacted()) return { kind: "deleted", body: "" };
    const start = pollStart(event);
    return start && { kind: "poll", body: start.question };
  }
  return null;
}

function pollOf(client: LazyCryptoClient, room: Room, event: MatrixEvent): Poll | undefined {
  const start = pollStart(event);
  return start ? pollsIn(client, room).state(event, start) : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Old clients put the quoted message in front of an answer, as "> " lines. */
function withoutFallback(body: string, content: Content): string {
  const relation = content["m.relates_to"] as { "m.in_reply_to"?: unknown } | undefined;
  if (!relation?.["m.in_reply_to"] || !body.startsWith("> ")) return body;
  const lines = body.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("> "));
  return lines.slice(first).join("\n").replace(/^\n/, "");
}

function formatted(content: Content): string | null {
  if (content.format !== "org.matrix.custom.html" || typeof content.formatted_body !== "string") return null;
  return content.formatted_body.slice(0, 100_000);
}

function mediaOf(content: Content, kind: MessageKind): Media | null {
  if (!["image", "video", "audio", "file", "sticker"].includes(kind)) return null;
  const info = (content.info ?? {}) as Content;
  const mxc = fileAddress(content.url, content.file, text(info.mimetype));
  if (!mxc) return null;
  const small = (info.thumbnail_info ?? {}) as Content;
  return {
    mxc,
    name: text(content.filename) || text(content.body) || t("File"),
    type: text(info.mimetype),
    size: number(info.size),
    width: number(info.w),
    height: number(info.h),
    duration: number(info.duration),
    thumbnail: fileAddress(info.thumbnail_url, info.thumbnail_file, text(small.mimetype)),
    ...(VOICE in content ? { voice: waveformOf(content) } : {}),
  };
}

/** Marks audio as a voice message (MSC3245). */
const VOICE = "org.matrix.msc3245.voice";
/** The loudest that a waveform can say, and how many points of one are read. */
const LOUDEST = 1024;
const MAX_POINTS = 400;

function waveformOf(content: Content): number[] {
  const points = (content["org.matrix.msc1767.audio"] as { waveform?: unknown } | undefined)?.waveform;
  return Array.isArray(points) ? points.slice(0, MAX_POINTS).map((point) => Math.min(number(point) / LOUDEST, 1)) : [];
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function mentions(content: Content, me: string): boolean {
  const found = content["m.mentions"] as { user_ids?: unknown; room?: unknown } | undefined;
  if (!found) return false;
  return found.room === true || (Array.isArray(found.user_ids) && found.user_ids.includes(me));
}

/** One line of an event for quotes and lists. */
export function previewOf(event: MatrixEvent): string {
  if (event.isRedacted()) return t("Deleted message");
  if (isLocked(event)) return t("Encrypted message");
  const content = contentOf(event);
  const poll = pollStart(event);
  if (poll) return t("Poll: {question}", { question: poll.question });
  if (content.msgtype === "m.location") return t("Location: {name}", { name: text(content.body) });
  if (VOICE in content) return t("Voice message");
  if (content.msgtype === "m.image") return t("Picture: {name}", { name: text(content.body) });
  if (content.msgtype === "m.video") return t("Video: {name}", { name: text(content.body) });
  if (content.msgtype === "m.audio") return t("Audio: {name}", { name: text(content.body) });
  if (content.msgtype === "m.file") return t("File: {name}", { name: text(content.body) });
  return withoutFallback(text(content.body), content).replace(/\s+/g, " ").slice(0, 300);
}

function quoteOf(client: MatrixClient, room: Room, event: MatrixEvent, inThread: boolean): Quote | null {
  const relation = event.getWireContent()["m.relates_to"] as
    | { rel_type?: string; is_falling_back?: boolean; "m.in_reply_to"?: { event_id?: string } }
    | undefined;
  const id = relation?.["m.in_reply_to"]?.event_id;
  // In a thread the relation is only for clients without threads, unless it says otherwise.
  if (!id || (inThread && relation?.rel_type === "m.thread" && relation.is_falling_back !== false)) return null;
  const target = room.findEventById(id);
  const sender = target?.getSender();
  return { id, sender: sender ? personIn(client, room, sender) : null, preview: target ? previewOf(target) : "" };
}

function reactionsOf(client: MatrixClient, room: Room, id: string): Reaction[] {
  const relations = room.relations.getChildEventsForEvent(id, "m.annotation", "m.reaction");
  const me = client.getSafeUserId();
  const byKey = new Map<string, { first: number; reaction: Reaction }>();
  const events = [...(relations?.getRelations() ?? [])].sort((a, b) => a.getTs() - b.getTs());
  for (const event of events) {
    const key = event.getRelation()?.key;
    const sender = event.getSender();
    if (!key || !sender || event.isRedacted()) continue;
    const entry = byKey.get(key) ?? { first: event.getTs(), reaction: { key, ...(key.startsWith("mxc://") ? { shortcode: pictureName(event.getContent()) } : {}), who: [], mine: null } };
    if (entry.reaction.who.some((person) => person.id === sender)) continue;
    entry.reaction.who.push(personIn(client, room, sender));
    if (sender === me) entry.reaction.mine = event.getId() ?? null;
    byKey.set(key, entry);
  }
  return [...byKey.values()].sort((a, b) => a.first - b.first).map((entry) => entry.reaction);
}

/** Where the name of a reaction's picture stands: as most clients write it, or as in MSC4027. */
function pictureName(content: Content): string {
  return (text(content.shortcode) || text(content["com.beeper.reaction.shortcode"])).replace(/^:|:$/g, "").slice(0, 64) || t("picture");
}

function threadOf(client: MatrixClient, room: Room, event: MatrixEvent): ThreadSummary | null {
  const thread = event.getId() ? room.getThread(event.getId() as string) : null;
  return thread && thread.length > 0 ? threadSummary(client, room, thread) : null;
}

/** How many answers a thread has. The SDK's own count is one too high when one came while it was setting up the thread. */
function replyCount(thread: Thread): number {
  const whole = thread.initialEventsFetched && !thread.liveTimeline.getPaginationToken(EventTimeline.BACKWARDS);
  if (!whole) return thread.length;
  return thread.liveTimeline.getEvents().filter((event) => event.isRelation("m.thread") && !event.isRedacted()).length;
}

export function threadSummary(client: MatrixClient, room: Room, thread: Thread): ThreadSummary {
  const last = thread.replyToEvent;
  if (last?.shouldAttemptDecryption()) void client.decryptEventIfNeeded(last);
  const sender = last?.getSender();
  return {
    count: replyCount(thread),
    lastTs: last?.getTs() ?? 0,
    last: sender ? personIn(client, room, sender) : null,
    preview: last ? previewOf(last) : "",
    unread: room.getThreadUnreadNotificationCount(thread.id, NotificationCountType.Total),
    mentions: room.getThreadUnreadNotificationCount(thread.id, NotificationCountType.Highlight),
  };
}
