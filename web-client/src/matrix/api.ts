import type { Readable } from "@/lib/observable";
import type {
  Access, SpaceEntry, Attention, Channel, Connection, CustomEmoji, Device, DirectoryEntry, EmojiPack, EncryptionStatus, Fate, LaterLimits, Member, Message, NewChannel, Notice, Person, Presence, ProfileFields, Revision, Rights, Scheduled, SearchPage,
  SearchQuery, ThreadSummary, TimelineData, Trust, UploadLimits, Verification,
} from "./model";

/** A window on a channel's or thread's messages. Loads itself; `close` ends its subscriptions. */
export interface TimelineSource {
  readonly data: Readable<TimelineData>;
  /** Who has read up to which message, without oneself. */
  readonly receipts: Readable<ReadonlyMap<string, readonly Person[]>>;
  /** The last message that is read, here or elsewhere. */
  readUpTo(): string | null;
  older(): Promise<void>;
  newer(): Promise<void>;
  /** Tells the server that everything loaded so far is read. */
  markRead(): Promise<void>;
  close(): void;
}

export interface ThreadEntry {
  root: string;
  author: Person;
  preview: string;
  ts: number;
  summary: ThreadSummary;
}

/** How sending ended: sent, not now (try again later), or never. */
export type SendResult =
  | { ok: true; event: string }
  | { ok: false; retry: true; afterMs: number }
  | { ok: false; retry: false; reason: string };

export interface Upload {
  readonly done: Promise<string>;
  cancel(): void;
}

/** A failed request, worded for the person; `code` is the Matrix error code, empty without an answer. */
export class RequestFailed extends Error {
  readonly code: string;
  readonly status: number;

  constructor(message: string, code = "", status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** End-to-end encryption. Its engine is large, and loaded by the first call or encrypted room that needs it. */
export interface Encryption {
  readonly status: Readable<EncryptionStatus>;
  /** Those that go on now. */
  readonly verifications: Readable<readonly Verification[]>;
  /** Makes a recovery key, to be shown once; `keepRecoveryKey` puts it to use, in place of an earlier one. */
  newRecoveryKey(): Promise<string>;
  keepRecoveryKey(): Promise<void>;
  /** Confirms this device with the recovery key, and opens the backup. */
  recover(secret: string): Promise<void>;
  /** Begins anew when all is lost. Fails with the code `PASSWORD` when the server wants the password and none was given. */
  resetIdentity(password: string | null): Promise<void>;
  /** Waits, a few seconds at most, until every key of a message is in the backup. */
  finishBackup(): Promise<void>;
  /** Asks one's other devices, or one of them, to confirm this one or be confirmed. The verification's identifier comes back. */
  verifyOwn(device?: string): Promise<string>;
  /** Asks someone to compare keys, in the conversation with them. */
  verifyPerson(user: string, room: string): Promise<string>;
  acceptVerification(id: string): Promise<void>;
  cancelVerification(id: string): Promise<void>;
  compareEmoji(id: string): Promise<void>;
  /** The other side's code was scanned here; base64. */
  scannedCode(id: string, code: string): Promise<void>;
  /** Whether the emoji are the same, or the other device says that it has scanned. */
  agree(id: string, same: boolean): Promise<void>;
  trust(user: string): Promise<Trust>;
  /** Goes on with someone's changed identity. */
  acceptIdentity(user: string): Promise<void>;
  /** The keys of all messages that can be read here, as JSON; whoever has them reads the messages too. */
  exportKeys(): Promise<string>;
  /** Takes exported keys in; gives how many there were. */
  importKeys(json: string): Promise<number>;
}

/** Messages that the server sends at a time of the person's choice (MSC4140), whether their devices are on or not. */
export interface Later {
  /** What the server takes; `null` when it takes none. */
  limits(): Promise<LaterLimits | null>;
  /** Hands a message over; its identifier comes back. In an encrypted channel it is encrypted now. */
  schedule(channel: string, content: object, at: number): Promise<string>;
  /** What waits, the next first. */
  list(): Promise<readonly Scheduled[]>;
  fate(id: string): Promise<Fate>;
  /** Sends it now. */
  send(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
}

/** Where a browser takes pushes, and the keys that only it and the server have; base64url. */
export interface PushTarget {
  endpoint: string;
  key: string;
  auth: string;
}

export interface PushWishes {
  /** What messages say is part of the push; otherwise there are only identifiers in it. */
  text: boolean;
  /** Pushes also come when something was read elsewhere, to take back what was shown. */
  counts: boolean;
}

/** Web Push straight from the server (MSC4174). */
export interface Pushing {
  /** The key that browsers subscribe with; `null` when the server does not push to browsers. */
  key(): Promise<string | null>;
  /** Whether the server pushes to this target, in this way. */
  has(target: PushTarget, wishes: PushWishes): Promise<boolean>;
  set(target: PushTarget, wishes: PushWishes): Promise<void>;
  /** Ends it for the subscription with this key. */
  remove(key: string): Promise<void>;
}

/** A signed-in account. Everything that needs the SDK is behind this. */
export interface Matrix {
  readonly userId: string;
  readonly connection: Readable<Connection>;
  readonly channels: Readable<readonly Channel[]>;
  readonly encryption: Encryption;
  readonly later: Later;
  readonly pushing: Pushing;
  readonly me: Readable<Person>;

  timeline(channel: string, at: { event?: string | undefined; thread?: string | undefined }): TimelineSource;
  members(channel: string): Readable<readonly Member[]>;
  rights(channel: string): Readable<Rights>;
  typing(channel: string): Readable<readonly Person[]>;
  presence(user: string): Readable<Presence>;
  threads(channel: string): Readable<readonly ThreadEntry[]>;
  /** Identifiers of the pinned messages, the last pinned first. */
  pins(channel: string): Readable<readonly string[]>;
  /** People whose messages are not shown. */
  readonly ignored: Readable<ReadonlySet<string>>;
  /** Calls `listener` for each new message that one's settings say to tell of. */
  onNotice(listener: (notice: Notice) => void): () => void;

  send(channel: string, thread: string | null, type: string, content: object, txn: string): Promise<SendResult>;
  /** `shortcode`: the name of the picture, when the key is the address of one. */
  react(channel: string, event: string, key: string, shortcode?: string): Promise<void>;
  edit(channel: string, event: string, content: object): Promise<void>;
  redact(channel: string, event: string, reason?: string): Promise<void>;
  setTyping(channel: string, typing: boolean): void;
  setPinned(channel: string, event: string, pinned: boolean): Promise<void>;
  /** One message, wherever in the history it is; `null` for what is no message. */
  message(channel: string, event: string): Promise<Message | null>;
  /** All versions of an edited message, the first one first. */
  revisions(channel: string, event: string): Promise<readonly Revision[]>;
  search(query: SearchQuery, next?: string): Promise<SearchPage>;
  /** Chooses answers of a poll in place of those chosen before; none takes the vote back. */
  vote(channel: string, poll: string, answers: readonly string[]): Promise<void>;
  /** Ends a poll; `text` is for clients that know no polls. */
  endPoll(channel: string, poll: string, text: string): Promise<void>;
  /** Tells the server's administrators about a message or, without one, about the channel. */
  report(channel: string, event: string | null, reason: string): Promise<void>;

  /** The packs that can be used in a channel. */
  emojiPacks(channel: string): Readable<readonly EmojiPack[]>;
  /** A channel's pack; without a channel one's own. */
  emojiPack(channel: string | null): Readable<EmojiPack>;
  addEmoji(channel: string | null, emoji: CustomEmoji): Promise<void>;
  renameEmoji(channel: string | null, shortcode: string, next: string): Promise<void>;
  removeEmoji(channel: string | null, shortcode: string): Promise<void>;
  /** Whether a channel's pack can be used in all others. */
  usedEverywhere(channel: string): Readable<boolean>;
  setUsedEverywhere(channel: string, on: boolean): Promise<void>;

  upload(file: Blob, name: string, progress: (fraction: number) => void): Upload;
  uploadLimits(): Promise<UploadLimits>;

  create(channel: NewChannel): Promise<string>;
  /** Opens the conversation with someone; a new one is encrypted unless told otherwise. */
  direct(user: string, encrypted?: boolean): Promise<string>;
  join(idOrAlias: string, via?: string[]): Promise<string>;
  /** Asks to be let in. */
  knock(idOrAlias: string): Promise<void>;
  leave(channel: string): Promise<void>;
  invite(channel: string, user: string): Promise<void>;
  kick(channel: string, user: string, reason?: string): Promise<void>;
  ban(channel: string, user: string, reason?: string): Promise<void>;
  unban(channel: string, user: string): Promise<void>;
  rename(channel: string, name: string): Promise<void>;
  retopic(channel: string, topic: string): Promise<void>;
  setPicture(channel: string, mxc: string | null): Promise<void>;
  access(channel: string): Readable<Access>;
  setAccess(channel: string, access: Access): Promise<void>;
  /** Turns end-to-end encryption on; it can't be turned off again. */
  encrypt(channel: string): Promise<void>;
  setPower(channel: string, user: string, power: number): Promise<void>;
  setFavourite(channel: string, on: boolean): Promise<void>;
  setAttention(channel: string, attention: Attention): Promise<void>;
  markChannelRead(channel: string): Promise<void>;

  /** What a workspace lists, as far as the person may know of it. */
  hierarchy(space: string, next?: string): Promise<{ entries: SpaceEntry[]; next: string | null }>;
  setListed(space: string, channel: string, listed: boolean): Promise<void>;
  /** Archived, only admins can write; taken back, everyone can. */
  setArchived(channel: string, archived: boolean): Promise<void>;
  /** The room version that a channel has, and the one that new ones get. */
  versions(channel: string): Promise<{ now: string; best: string }>;
  /** Moves a channel to a room of another version; gives the new one. */
  upgrade(channel: string, version: string): Promise<string>;

  directory(query: string, since?: string): Promise<{ entries: DirectoryEntry[]; next: string | null }>;
  people(query: string): Promise<Person[]>;
  resolve(alias: string): Promise<string>;

  /** What a channel is, before one is in it; `null` when that is not told. */
  preview(idOrAlias: string): Promise<DirectoryEntry | null>;
  profile(user: string): Promise<ProfileFields>;
  /** Sets one's own. */
  setProfile(fields: ProfileFields): Promise<void>;
  /** Tells the server's administrators about someone. */
  reportPerson(user: string, reason: string): Promise<void>;
  setName(name: string): Promise<void>;
  setAvatar(mxc: string | null): Promise<void>;
  setPresence(state: OwnPresence, status?: string): Promise<void>;
  setIgnored(user: string, ignored: boolean): Promise<void>;
  changePassword(old: string, next: string): Promise<void>;
  devices(): Promise<Device[]>;
  renameDevice(id: string, name: string): Promise<void>;
  /** Signs devices out; asks for the password through `password` when the server wants it. */
  removeDevices(ids: string[], password: () => Promise<string | null>): Promise<void>;

  /** What the server keeps of the account besides messages, as it is kept. */
  ownData(): Promise<OwnData>;
  /** Some of a channel's events as they are kept, the newest first; opened where they are encrypted. From the present, or from where the last answer ended. */
  history(channel: string, from: string | null): Promise<{ events: readonly object[]; next: string | null }>;
  /** Closes the account for good; `erase` hides what it wrote from whoever comes later. */
  deactivate(password: string, erase: boolean): Promise<void>;

  stop(): void;
}

export interface OwnData {
  profile: object;
  devices: readonly object[];
  /** By the type of the account data. */
  settings: Readonly<Record<string, object>>;
}

export type OwnPresence = "online" | "unavailable" | "offline";
