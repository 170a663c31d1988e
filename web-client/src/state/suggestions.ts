import { searchEmoji, type Emoji } from "@/lib/emoji";
import { t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { Channel, Member } from "@/matrix/model";

/** One thing that can be put in at the caret. */
export interface Suggestion {
  key: string;
  kind: "person" | "room" | "channel" | "emoji";
  /** What goes into the text. */
  insert: string;
  /** The person that the inserted text names. */
  mention?: string;
  title: string;
  detail: string;
  avatar: string | null;
}

export interface SuggestionSources {
  kind: "@" | "#" | ":";
  query: string;
  members: readonly Member[];
  channels: readonly Channel[];
  emoji: readonly Emoji[];
  me: string;
}

const LIMIT = 8;

export function suggestionsFor(sources: SuggestionSources): Suggestion[] {
  if (sources.kind === "@") return people(sources);
  if (sources.kind === "#") return channels(sources);
  return searchEmoji(sources.emoji, sources.query, LIMIT).map((emoji) => ({
    key: emoji.char,
    kind: "emoji",
    insert: emoji.char,
    title: emoji.shortcodes[0] ? `:${emoji.shortcodes[0]}:` : emoji.name,
    detail: "",
    avatar: null,
  }));
}

function people({ query, members, me }: SuggestionSources): Suggestion[] {
  const here = members.filter((member) => member.id !== me && (member.membership === "join" || member.membership === "invite"));
  const found: Suggestion[] = bestMatches(here, query, (member) => [member.name, member.id.slice(1)], LIMIT).map((member) => ({
    key: member.id,
    kind: "person",
    insert: `@${member.name}`,
    mention: member.id,
    title: member.name,
    detail: member.id,
    avatar: member.avatar,
  }));
  if (query && "room".startsWith(query.toLowerCase()) && members.length > 2) {
    found.push({ key: "@room", kind: "room", insert: "@room", title: "@room", detail: t("Everyone in this channel"), avatar: null });
  }
  return found;
}

function channels({ query, channels }: SuggestionSources): Suggestion[] {
  const named = channels.filter((channel) => channel.membership === "join" && channel.kind !== "dm");
  return bestMatches(named, query, (channel) => [channel.name], LIMIT).map((channel) => ({
    key: channel.id,
    kind: "channel",
    insert: `#${channel.name}`,
    mention: channel.id,
    title: channel.name,
    detail: channel.topic,
    avatar: channel.avatar,
  }));
}
