// What the rest of the client knows of Matrix: plain data that can be kept as a snapshot and drawn without the SDK.

/** Someone, as shown in one channel or everywhere. */
export interface Person {
  id: string;
  name: string;
  /** An mxc address. */
  avatar: string | null;
}

export type ChannelKind = "public" | "private" | "dm" | "space";
export type Attention = "all" | "mentions" | "mute";

/** One line of the channel list. */
export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  avatar: string | null;
  topic: string;
  membership: "join" | "invite" | "knock";
  /** Messages that notify and are not read. */
  unread: number;
  /** Of those, the ones that name the person. */
  mentions: number;
  /** Something new that does not notify. */
  quiet: boolean;
  attention: Attention;
  encrypted: boolean;
  favourite: boolean;
  /** Milliseconds; the last message or, without any, when one joined. */
  lastTs: number;
  /** The other person of a direct message. */
  partner: string | null;
  /** Who invited, for invitations. */
  inviter: Person | null;
  members: number;
  /** Only of workspaces: what is listed in them, in order. */
  children?: readonly string[];
  /** Nobody but the admins writes here any more. */
  archived?: true;
  /** Where the channel was moved to. */
  successor?: string;
}

export interface Media {
  /** An mxc address; that of an encrypted file brings its key (`lib/files/address`). The thumbnail's too. */
  mxc: string;
  name: string;
  type: string;
  /** Bytes; 0 when the sender did not say. */
  size: number;
  width: number;
  height: number;
  /** Milliseconds, for sound and video. */
  duration: number;
  thumbnail: string | null;
  /** Only of voice messages: how loud it is over time, from 0 to 1; may be empty. */
  voice?: readonly number[];
}

export interface PollAnswer {
  id: string;
  text: string;
  /** Who chose it. */
  votes: readonly Person[];
}

export interface Poll {
  question: string;
  answers: readonly PollAnswer[];
  /** How many answers one may choose. */
  max: number;
  /** Whether the votes are shown before the end. */
  disclosed: boolean;
  ended: boolean;
  /** The answers that the person chose. */
  mine: readonly string[];
  /** How many people have voted. */
  voters: number;
  mayEnd: boolean;
}

export type MessageKind =
  | "text" | "emote" | "notice" | "image" | "video" | "audio" | "file" | "sticker" | "poll" | "place" | "event" | "encrypted" | "deleted" | "other";

/** A picture with a name, which stands for an emoji. */
export interface CustomEmoji {
  /** What it is written as, between colons. */
  shortcode: string;
  mxc: string;
}

export interface EmojiPack {
  id: string;
  name: string;
  emoji: readonly CustomEmoji[];
}

export interface Reaction {
  /** An emoji, or the mxc address of a picture. */
  key: string;
  /** The name of the picture. */
  shortcode?: string;
  /** Identifiers of who reacted, oldest first. */
  who: Person[];
  /** The event to redact to take one's own back. */
  mine: string | null;
}

export interface ThreadSummary {
  count: number;
  lastTs: number;
  last: Person | null;
  preview: string;
  unread: number;
  mentions: number;
}

/** The message that another one answers, as far as it is known. */
export interface Quote {
  id: string;
  sender: Person | null;
  preview: string;
}

export type SendState = "sending" | "waiting" | "failed";

/** One event of a timeline, ready to draw. */
export interface Message {
  /** The event identifier; for an unsent message its transaction identifier. */
  id: string;
  /** Stays the same when a sent message comes back from the server. */
  key: string;
  sender: Person;
  /** Milliseconds. */
  ts: number;
  kind: MessageKind;
  body: string;
  html: string | null;
  media: Media | null;
  edited: boolean;
  quote: Quote | null;
  thread: ThreadSummary | null;
  reactions: Reaction[];
  mentionsMe: boolean;
  own: boolean;
  /** Only of polls that make sense. */
  poll?: Poll;
  /** Only of locations: a `geo:` address. */
  geo?: string;
  /** Only on encrypted messages that can't be read. */
  locked?: LockReason;
  /** Only on encrypted messages that may not come from who is named. */
  doubt?: Doubt;
  /** Only on messages that this client has not sent yet. */
  send?: SendState;
  /** Why sending failed. */
  error?: string;
}

export interface TimelineData {
  messages: readonly Message[];
  /** More history can be had at the start. */
  older: boolean;
  /** The window does not reach the present. */
  newer: boolean;
  loading: "start" | "older" | "newer" | null;
  error: string | null;
}

export type PresenceState = "online" | "away" | "offline";

export interface Presence {
  state: PresenceState;
  /** Milliseconds of the last sign of life; 0 when unknown. */
  lastActive: number;
  status: string;
}

export interface Member extends Person {
  membership: "join" | "invite" | "ban" | "leave" | "knock";
  power: number;
}

/** What one may do in a channel. */
export interface Rights {
  /** One's own power level. */
  power: number;
  send: boolean;
  invite: boolean;
  kick: boolean;
  ban: boolean;
  redactOthers: boolean;
  rename: boolean;
  retopic: boolean;
  repicture: boolean;
  access: boolean;
  /** List channels in it, if it is a workspace. */
  list: boolean;
  upgrade: boolean;
  encrypt: boolean;
  roles: boolean;
  pin: boolean;
  /** Change the channel's own emoji. */
  emoji: boolean;
  notifyRoom: boolean;
}

export interface DirectoryEntry {
  id: string;
  alias: string | null;
  name: string;
  topic: string;
  avatar: string | null;
  members: number;
  joined: boolean;
  access: Access;
}

/** What someone says of themselves; empty parts are not said. */
export interface ProfileFields {
  pronouns: string;
  /** A time zone such as Europe/Berlin. */
  zone: string;
}

export interface Device {
  id: string;
  name: string;
  lastSeen: number;
  address: string;
  current: boolean;
}

/** Who gets in: anyone, who is invited, also who asks and is let in, or the members of a workspace. */
export type Access = "public" | "invite" | "knock" | "restricted";

/** One line of a workspace. */
export interface SpaceEntry extends DirectoryEntry {
  isSpace: boolean;
}

/** A message as it was at one time. */
export interface Revision {
  id: string;
  /** Milliseconds. */
  ts: number;
  body: string;
  html: string | null;
}

/** A message that the person should be told of. */
export interface Notice {
  channel: string;
  channelName: string;
  event: string;
  sender: Person;
  text: string;
  /** Milliseconds. */
  ts: number;
  /** It names the person, or is a direct message. */
  loud: boolean;
}

export interface SearchHit {
  channel: string;
  event: string;
  sender: Person;
  ts: number;
  body: string;
}

export interface SearchPage {
  /** How many there are in all, as far as the server says. */
  count: number;
  hits: readonly SearchHit[];
  /** Words to mark in the bodies. */
  words: readonly string[];
  next: string | null;
}

/** What to look for; empty parts do not narrow it. */
export interface SearchQuery {
  words: string;
  channel: string | null;
  sender: string | null;
  /** Only messages with a link or with a file. */
  has: "link" | "file" | null;
  /** Milliseconds; from this time on, and before that one. */
  after: number | null;
  before: number | null;
}

/** `starting` until the first sync; `offline` while the server cannot be reached; `ended` when signed out elsewhere. */
export type Connection = "starting" | "live" | "offline" | "ended";

/** How the account stands with end-to-end encryption. */
export interface EncryptionStatus {
  /** `off` until a room needs it; the rest is known when it is `ready`. */
  state: "off" | "loading" | "ready" | "failed";
  /** This device is confirmed to be the person's, by another device of theirs or the recovery key. */
  verified: boolean;
  /** The person has keys by which others can know their devices. */
  identity: boolean;
  /** A recovery key was made. */
  recovery: boolean;
  /** Keys of messages go into the backup. */
  backup: boolean;
  /** The person's other devices that are not confirmed. */
  unverified: readonly string[];
  /** Another one whenever somebody's keys may have changed. */
  version: number;
}

/** What is known of someone's keys. */
export interface Trust {
  /** `known`: they have an identity that nobody compared with them; `changed`: another one than before. */
  state: "verified" | "known" | "changed" | "none";
  /** Their devices, and whether they have confirmed each. */
  devices: Readonly<Record<string, boolean>>;
}

/** Two devices, or two people, that compare their keys now. */
export interface Verification {
  id: string;
  person: Person;
  /** Of the account's own devices. */
  own: boolean;
  incoming: boolean;
  /** `asked` waits for the person here, `asking` and `waiting` for the other side. */
  state: "asked" | "asking" | "ready" | "compare" | "scanned" | "waiting" | "done" | "cancelled";
  /** To compare; each with its English name. */
  emoji: readonly (readonly [string, string])[];
  /** What the QR code to be scanned says, in base64. */
  code: string | null;
  canCompare: boolean;
  /** The other side shows a code. */
  canScan: boolean;
  /** The other side can scan one. */
  canShow: boolean;
}

/** Why an encrypted message may not be from its sender: from a device that they have not confirmed, or under a changed identity. */
export type Doubt = "device" | "identity";

/** Why a message can't be read here. */
export type LockReason = "pending" | "no-key" | "unverified" | "no-backup" | "not-joined" | "withheld" | "identity" | "broken";

export interface NewChannel {
  name: string;
  topic: string;
  /** `members`: of the workspace it is in. */
  visibility: "public" | "private" | "members";
  encrypted: boolean;
  invite: string[];
  /** The workspace that lists it. */
  space?: string | null;
  /** It is a workspace itself. */
  isSpace?: boolean;
}

export interface UploadLimits {
  /** Bytes; `null` when the server states none. */
  maxSize: number | null;
}

/** What the server takes of messages that it sends later. `null` where it does not say. */
export interface LaterLimits {
  /** The longest wait, in milliseconds. */
  maxMs: number | null;
  /** How many may wait at a time. */
  most: number | null;
}

/** A message that waits on the server for its time. */
export interface Scheduled {
  id: string;
  channel: string;
  /** When it is sent. Milliseconds. */
  at: number;
  /** What it says; `null` when it was encrypted elsewhere and can't be opened here. */
  content: ScheduledContent | null;
}

/** The content of `m.room.message`, in clear. */
export interface ScheduledContent {
  msgtype?: string;
  body: string;
  formatted_body?: string;
  [key: string]: unknown;
}

/** What became of a scheduled message: it still waits, is sent, is nowhere any more, or was refused when it was due. */
export type Fate = { is: "waiting" | "sent" | "gone" } | { is: "refused"; reason: string };
