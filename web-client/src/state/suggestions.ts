import { searchEmoji, type Emoji } from "@/lib/emoji";
import { t } from "@/lib/i18n";
import { bestMatches } from "@/lib/text/completion";
import type { Channel, EmojiPack, Member } from "@/matrix/model";

/** One thing that can be put in at the caret. */
export interface Suggestion {
  key: string;
  kind: "person" | "room" | "channel" | "emoji" | "picture";
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
  packs: readonly EmojiPack[];
  me: string;
}

const LIMIT = 8;

export function suggestionsFor(sources: SuggestionSources): Suggestion[] {
  if (sources.kind === "@") return people(sources);
  if (sources.kind === "#") return channels(sources);
  const own = pictures(sources);
  return [...own, ...emoji(sources, LIMIT - own.length)];
}

function emoji({ emoji: all, query }: SuggestionSources, limit: number): Suggestion[] {
  return searchEmoji(all, query, limit).map(({ char, shortcodes, name }) => ({ key: char, kind: "emoji", insert: char, title: shortcodes[0] ? `:${shortcodes[0]}:` : name, detail: "", avatar: null }));
}

/** Half of the list at most: the usual emoji stay in reach. */
function pictures({ packs, query }: SuggestionSources): Suggestion[] {
  const all = packs.flatMap((pack) => pack.emoji.map((one) => ({ ...one, pack: pack.name })));
  return bestMatches(all, query, (one) => [one.shortcode], LIMIT / 2).map(({ shortcode, mxc, pack }) => ({
    key: mxc + shortcode,
    kind: "picture",
    insert: `:${shortcode}:`,
    title: `:${shortcode}:`,
    detail: pack,
    avatar: mxc,
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
