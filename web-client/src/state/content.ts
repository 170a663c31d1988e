import { permalink } from "@/lib/ids";
import { type Emoticons, withEmoticons } from "@/lib/text/emoticons";
import type { Message } from "@/matrix/model";
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
