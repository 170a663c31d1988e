import { deflateSync } from "node:zlib";
import type { Account } from "./api.ts";

/** A small company with something going on: channels, people, answers, reactions, a thread, pictures. */
export async function furnish(me: Account, make: (name: string) => Promise<Account>): Promise<{ channelName: string; channel: string }> {
  const [ann, ben, chloe] = await Promise.all([make("ann"), make("ben"), make("chloe")]);
  const named = [[me, "Maya Lindqvist"], [ann, "Ann Okafor"], [ben, "Ben Castellanos"], [chloe, "Chloé Martin"]] as const;
  await Promise.all(named.map(([who, displayname]) => who.call("PUT", `/v3/profile/${encodeURIComponent(who.userId)}/displayname`, { displayname })));
  const open = (name: string, topic: string) => ann.room({ preset: "public_chat", visibility: "public", name, topic });
  const channel = await open("product", "What we build, and why. Weekly plan on Mondays.");
  const rooms = [channel, await open("design", "Drafts, critiques, icons"), await open("support", "Questions from customers"), await open("random", "")];
  await open("book-club", "One book a month");
  for (const room of rooms) for (const who of [me, ben, chloe]) await who.join(room);
  const leads = await ben.room({ preset: "private_chat", name: "leads", invite: [me.userId] });
  await me.join(leads);
  await chloe.room({ preset: "private_chat", name: "hiring", invite: [me.userId] });
  const direct = await ann.room({ preset: "trusted_private_chat", is_direct: true, invite: [me.userId] });
  await me.join(direct);
  await me.call("PUT", `/v3/user/${encodeURIComponent(me.userId)}/account_data/m.direct`, { [ann.userId]: [direct] });
  await ann.say(direct, "Do you have ten minutes before the review?");
  await ann.call("PUT", `/v3/profile/${encodeURIComponent(ann.userId)}/m.tz`, { "m.tz": "Europe/Lisbon" });
  const { device_id } = await me.call<{ device_id: string }>("GET", "/v3/account/whoami");
  await me.call("PUT", `/v3/devices/${device_id}`, { display_name: "ChatSphere in Safari on iOS" });
  const emoji = await teamEmoji(ann, channel);
  const own = Object.fromEntries(["onit", "review"].map((name) => [name, { url: emoji[name] }]));
  await me.call("PUT", `/v3/user/${encodeURIComponent(me.userId)}/account_data/im.ponies.user_emotes`, { images: own });
  await talk({ channel, me, ann, ben, chloe, emoji });
  await workspace(ann, me, rooms);
  await decide({ channel: rooms[3] as string, me, ann, ben, chloe, emoji });
  await ben.say(rooms[1] as string, "New icon set is up for comments.");
  await chloe.say(rooms[2] as string, "Can someone look at ticket 4411?", { "m.mentions": { user_ids: [me.userId] } });
  return { channelName: "product", channel };
}

type Colour = readonly [number, number, number];

/** Whether a place from -1 to 1 belongs to a sign. */
type Sign = (x: number, y: number) => boolean;

const BADGES: Readonly<Record<string, readonly [Colour, Sign]>> = {
  shipit: [[16, 122, 104], (x, y) => (y > -0.55 && y < 0.05 && Math.abs(x) < y + 0.55) || (Math.abs(x) < 0.17 && y >= 0 && y < 0.55)],
  review: [[37, 99, 235], (x, y) => Math.hypot(x, y) < 0.55 && Math.hypot(x, y) > 0.3],
  blocked: [[190, 50, 60], (x, y) => Math.abs(y) < 0.16 && Math.abs(x) < 0.55],
  onit: [[204, 124, 12], (x, y) => (Math.abs(y - 0.25 - (x + 0.2)) < 0.2 && x > -0.5 && x < -0.1) || (Math.abs(y - 0.15 + x) < 0.2 && x >= -0.15 && x < 0.5)],
};

/** Emoji of the channel, two of which a person has as well: small round badges. */
async function teamEmoji(ann: Account, channel: string): Promise<Record<string, string>> {
  const made = await Promise.all(Object.entries(BADGES).map(async ([name, [colour, sign]]) => [name, await ann.upload(badge(48, colour, sign), "image/png")] as const));
  const images = Object.fromEntries(made.map(([name, url]) => [name, { url }]));
  await ann.call("PUT", `/v3/rooms/${encodeURIComponent(channel)}/state/im.ponies.room_emotes/`, { images, pack: { display_name: "Northwind" } });
  return Object.fromEntries(made);
}

/** A workspace with some of the channels. */
async function workspace(ann: Account, me: Account, rooms: readonly string[]): Promise<void> {
  const space = await ann.room({ name: "Northwind", topic: "Everything around the product", preset: "public_chat", creation_content: { type: "m.space" } });
  for (const room of rooms) await ann.call("PUT", `/v3/rooms/${encodeURIComponent(space)}/state/m.space.child/${encodeURIComponent(room)}`, { via: ["localhost"] });
  await me.join(space);
}

/** A poll that goes on, a voice message and a place. */
async function decide({ channel, me, ann, ben, chloe }: Cast): Promise<void> {
  const answers = ["The new Thai place", "Soup in the kitchen", "Picnic in the park"];
  const poll = await chloe.send(
    channel,
    { body: "Lunch on Friday?", "m.poll": { kind: "m.disclosed", max_selections: 1, question: { "m.text": [{ body: "Where do we have lunch on Friday?" }] }, answers: answers.map((body, index) => ({ "m.id": String(index), "m.text": [{ body }] })) } },
    "m.poll.start",
  );
  for (const [who, answer] of [[ann, "0"], [ben, "2"], [me, "2"]] as const) {
    await who.send(channel, { "m.relates_to": { rel_type: "m.reference", event_id: poll }, "m.selections": [answer] }, "m.poll.response");
  }
  const sound = await ben.upload(new Uint8Array(64), "audio/ogg");
  const waveform = Array.from({ length: 60 }, (_, index) => Math.round(512 + 400 * Math.sin(index / 3) * Math.cos(index / 7)));
  await ben.send(channel, { msgtype: "m.audio", body: "voice.ogg", url: sound, info: { duration: 14_000, mimetype: "audio/ogg", size: 64 }, "org.matrix.msc1767.audio": { duration: 14_000, waveform }, "org.matrix.msc3245.voice": {} });
  await ann.send(channel, { msgtype: "m.location", body: "The park, near the fountain", geo_uri: "geo:52.51864,13.40832;u=15" });
}

interface Cast {
  channel: string;
  me: Account;
  ann: Account;
  ben: Account;
  chloe: Account;
  /** Addresses of the channel's own emoji. */
  emoji: Readonly<Record<string, string>>;
}

async function talk({ channel, me, ann, ben, chloe, emoji }: Cast): Promise<void> {
  await ann.say(channel, "Good morning! The **launch checklist** is final now.", {
    format: "org.matrix.custom.html",
    formatted_body: "Good morning! The <strong>launch checklist</strong> is final now:<ul><li>freeze on Wednesday</li><li>release notes by Thursday noon</li><li>announcement on Friday</li></ul>",
  });
  const plan = await ann.say(channel, "Please read it today and say if anything is missing.");
  await me.say(channel, "Reading it now. Looks complete to me, thank you for putting it together.");
  const question = await ben.say(channel, "Do we still need the migration guide for self-hosted servers? Last time most questions were about that.");
  await chloe.say(channel, "Yes, I have a draft: https://example.org/docs/migration", { "m.relates_to": { "m.in_reply_to": { event_id: question } } });
  await ben.say(channel, "The command people look for is this one:", {});
  await ben.say(channel, "```\nchatsphere config check --config /etc/chatsphere.toml\n```", {
    format: "org.matrix.custom.html",
    formatted_body: '<pre><code class="language-sh">chatsphere config check --config /etc/chatsphere.toml\n</code></pre>',
  });
  for (const who of [me, ben, chloe]) await who.send(channel, { "m.relates_to": { rel_type: "m.annotation", event_id: plan, key: "👍" } }, "m.reaction");
  await chloe.send(channel, { "m.relates_to": { rel_type: "m.annotation", event_id: plan, key: "🎉" } }, "m.reaction");
  await ben.send(channel, { "m.relates_to": { rel_type: "m.annotation", event_id: plan, key: emoji.onit }, shortcode: "onit" }, "m.reaction");
  const inThread = (body: string, who: Account) => who.say(channel, body, { "m.relates_to": { rel_type: "m.thread", event_id: question, is_falling_back: true, "m.in_reply_to": { event_id: question } } });
  await ann.call("PUT", `/v3/rooms/${encodeURIComponent(channel)}/state/m.room.pinned_events`, { pinned: [plan, question] });
  await inThread("I can review the guide this afternoon.", ann);
  await inThread("Great, then we merge it tomorrow.", me);
  const picture = await chloe.upload(chart(640, 300), "image/png");
  await chloe.send(channel, { msgtype: "m.image", body: "dashboard.png", url: picture, info: { w: 640, h: 300, mimetype: "image/png", size: 4096 } });
  await ben.say(channel, "Shipping it :shipit:", { format: "org.matrix.custom.html", formatted_body: `Shipping it <img data-mx-emoticon src="${emoji.shipit}" alt=":shipit:" title=":shipit:" height="32" />` });
  await ann.say(channel, "Love it. @Maya Lindqvist can you put it on the slide?", {
    "m.mentions": { user_ids: [me.userId] },
    format: "org.matrix.custom.html",
    formatted_body: `Love it. <a href="https://matrix.to/#/${encodeURIComponent(me.userId)}">@Maya Lindqvist</a> can you put it on the slide?`,
  });
}

/** A PNG of a chart: columns that grow over the months, on lines. */
function chart(width: number, height: number): Uint8Array<ArrayBuffer> {
  const COLUMNS = [0.24, 0.28, 0.27, 0.35, 0.33, 0.42, 0.5, 0.48, 0.6, 0.66, 0.74, 0.86];
  const MARGIN = 36;
  const slot = Math.floor((width - 2 * MARGIN) / COLUMNS.length);
  const base = height - MARGIN;
  const reach = base - MARGIN;
  return png(width, height, (x, y) => {
    const index = Math.floor((x - MARGIN) / slot);
    const inColumn = index >= 0 && index < COLUMNS.length && (x - MARGIN) % slot > slot * 0.3 && y < base && y > base - reach * (COLUMNS[index] ?? 0);
    if (inColumn) return index === COLUMNS.length - 1 ? [16, 122, 104] : [126, 190, 177];
    const onLine = x > MARGIN && x < width - MARGIN && y <= base && Math.round(base - y) % Math.round(reach / 4) === 0;
    return onLine ? [222, 230, 227] : [248, 250, 249];
  });
}

/** A PNG with a soft gradient, made by hand. */
export function gradient(width: number, height: number): Uint8Array<ArrayBuffer> {
  return png(width, height, (x, y) => [20 + (120 * x) / width, 110 + (90 * y) / height, 130 + (60 * (x + y)) / (width + height)]);
}

/** A PNG with a disc of one colour and a white sign on it. */
function badge(size: number, [red, green, blue]: Colour, sign: Sign): Uint8Array<ArrayBuffer> {
  const middle = (size - 1) / 2;
  const colour = (x: number, y: number): readonly number[] => {
    const away = Math.hypot(x - middle, y - middle) / middle;
    // The edge is soft over one pixel.
    const alpha = 255 * Math.min(1, Math.max(0, (1 - away) * middle));
    return sign((x - middle) / middle, (y - middle) / middle) ? [255, 255, 255, alpha] : [red, green, blue, alpha];
  };
  return png(size, size, colour, 4);
}

/** A PNG of random dots, which no compression makes small. */
export function noise(width: number, height: number): Uint8Array<ArrayBuffer> {
  return png(width, height, () => [Math.random() * 256, Math.random() * 256, Math.random() * 256]);
}

/** `channels`: 3 for colours, 4 with how much covers what is behind. */
function png(width: number, height: number, colour: (x: number, y: number) => readonly number[], channels: 3 | 4 = 3): Uint8Array<ArrayBuffer> {
  const raw = Buffer.alloc((width * channels + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.set(colour(x, y), y * (width * channels + 1) + 1 + x * channels);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, channels === 3 ? 2 : 6, 0, 0, 0], 8);
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(raw)), chunk("IEND", Buffer.alloc(0))]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

function crc(data: Buffer): number {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
