import { type HtmlElement, parseFormatted } from "@/lib/html/parse";
import { parsePermalink, permalink } from "@/lib/ids";
import { type Emoticons, withEmoticons } from "@/lib/text/emoticons";
import type { Message, ScheduledContent } from "@/matrix/model";
import type { OutgoingContent } from "./outbox";

/** The people named in a text, by how they are written in it. */
export type Mentions = ReadonlyMap<string, string>;

export interface ContentParts {
  text: string;
  mentions: Mentions;
  /** Whether "@room" may call everyone. */
  mayCallRoom: boolean;
  replyTo?: Pick<Message, "id" | "sender"> | undefined;
  thread?: string | undefined;
  /** The last message of the thread, for clients that know none. */
  threadLast?: string | undefined;
  toHtml: (markdown: string) => string | null;
  /** Pictures that stand for emoji. */
  emoticons?: Emoticons;
}

const NO_EMOTICONS: Emoticons = new Map();

/** The content of `m.room.message` for what someone wrote. */
export function contentOf(parts: ContentParts): OutgoingContent {
  const emote = /^\/me\s+/.exec(parts.text);
  const text = emote ? parts.text.slice(emote[0].length) : parts.text;
  const named = [...parts.mentions].filter(([label]) => text.includes(label));
  const html = withEmoticons(parts.toHtml(withLinks(text, named)), text, parts.emoticons ?? NO_EMOTICONS);
  const users = new Set(named.map(([, id]) => id).filter((id) => id.startsWith("@")));
  if (parts.replyTo) users.add(parts.replyTo.sender.id);
  const content: OutgoingContent = {
    msgtype: emote ? "m.emote" : "m.text",
    body: text,
    ...(html ? { format: "org.matrix.custom.html", formatted_body: html } : {}),
    "m.mentions": {
      ...(users.size ? { user_ids: [...users] } : {}),
      ...(parts.mayCallRoom && /(^|\s)@room\b/.test(text) ? { room: true } : {}),
    },
  };
  const relation = relationOf(parts);
  if (relation) content["m.relates_to"] = relation;
  return content;
}

/** What one wrote, as it stood in the composer. */
export function writtenText({ msgtype, body }: ScheduledContent): string {
  return msgtype === "m.emote" ? `/me ${body}` : body;
}

/** The content for another text of a message that is not sent yet: it answers the same, and the names in it mean the same. */
export function rewritten(old: ScheduledContent, text: string, more: Pick<ContentParts, "mayCallRoom" | "toHtml" | "emoticons">): OutgoingContent {
  const { mentions, emoticons } = namesIn(old);
  const content = contentOf({ ...more, text, mentions, emoticons: new Map([...(more.emoticons ?? []), ...emoticons]) });
  const before = old["m.mentions"] as { user_ids?: readonly string[] } | undefined;
  const named = new Set(mentions.values());
  // Who is answered is named without a word.
  const answered = (before?.user_ids ?? []).filter((id) => !named.has(id));
  const now = content["m.mentions"] as { user_ids?: readonly string[] };
  const users = [...new Set([...answered, ...(now.user_ids ?? [])])];
  if (users.length) content["m.mentions"] = { ...now, user_ids: users };
  if (old["m.relates_to"]) content["m.relates_to"] = old["m.relates_to"];
  return content;
}

/** The people and channels that a message links to and the emoji in it, by how they are written. */
function namesIn({ formatted_body }: ScheduledContent): { mentions: Map<string, string>; emoticons: Map<string, string> } {
  const [mentions, emoticons] = [new Map<string, string>(), new Map<string, string>()];
  const look = (element: HtmlElement): string => {
    if (element.image?.emoticon) emoticons.set(element.image.alt.replace(/^:|:$/g, ""), element.image.mxc);
    const label = element.children.map((child) => (typeof child === "string" ? child : look(child))).join("");
    const link = parsePermalink(element.href ?? "");
    if (link) mentions.set(label, link.target);
    return label;
  };
  look({ tag: "div", children: parseFormatted(formatted_body ?? "") });
  return { mentions, emoticons };
}

/** The thread that a message belongs to. */
export function threadOf(content: ScheduledContent | null): string | null {
  const relation = content?.["m.relates_to"] as { rel_type?: string; event_id?: string } | undefined;
  return relation?.rel_type === "m.thread" ? (relation.event_id ?? null) : null;
}

/** Longer names first, so that "@Ann Lee" is not taken for "@Ann". */
function withLinks(text: string, named: [string, string][]): string {
  let out = text;
  for (const [label, id] of named.sort((a, b) => b[0].length - a[0].length)) {
    out = out.split(label).join(`[${label.replace(/([[\]\\])/g, "\\$1")}](${permalink(id)})`);
  }
  return out;
}

/** The relation of what is neither an answer nor a text: at the end of the thread. */
export function threadRelation(thread: string): object {
  return { rel_type: "m.thread", event_id: thread, is_falling_back: true, "m.in_reply_to": { event_id: thread } };
}

function relationOf({ replyTo, thread, threadLast }: ContentParts): object | null {
  if (thread) {
    const target = replyTo?.id ?? threadLast ?? thread;
    return { rel_type: "m.thread", event_id: thread, is_falling_back: !replyTo, "m.in_reply_to": { event_id: target } };
  }
  return replyTo ? { "m.in_reply_to": { event_id: replyTo.id } } : null;
}
