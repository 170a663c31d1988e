import { deflateSync } from "node:zlib";
import { Account } from "./api.ts";

/** A small company with something going on: channels, people, answers, reactions, a thread, pictures. */
export async function furnish(server: string, me: Account): Promise<{ channelName: string; channel: string }> {
  const [ann, ben, chloe] = await Promise.all([Account.create(server, "ann"), Account.create(server, "ben"), Account.create(server, "chloe")]);
  const named = [[me, "Maya Lindqvist"], [ann, "Ann Okafor"], [ben, "Ben Castellanos"], [chloe, "Chloé Martin"]] as const;
  await Promise.all(named.map(([who, displayname]) => who.call("PUT", `/v3/profile/${encodeURIComponent(who.userId)}/displayname`, { displayname })));
  const open = (name: string, topic: string) => ann.room({ preset: "public_chat", visibility: "public", name, topic });
  const channel = await open("product", "What we build, and why. Weekly plan on Mondays.");
  const rooms = [channel, await open("design", "Drafts, critiques, icons"), await open("support", "Questions from customers"), await open("random", "")];
  await open(`book-club-${ann.name.slice(-4)}`, "One book a month");
  for (const room of rooms) for (const who of [me, ben, chloe]) await who.join(room);
  const leads = await ben.room({ preset: "private_chat", name: "leads", invite: [me.userId] });
  await me.join(leads);
  await chloe.room({ preset: "private_chat", name: "hiring", invite: [me.userId] });
  const direct = await ann.room({ preset: "trusted_private_chat", is_direct: true, invite: [me.userId] });
  await me.join(direct);
  await me.call("PUT", `/v3/user/${encodeURIComponent(me.userId)}/account_data/m.direct`, { [ann.userId]: [direct] });
  await ann.say(direct, "Do you have ten minutes before the review?");
  await talk({ channel, me, ann, ben, chloe });
  await workspace(ann, me, rooms);
  await decide({ channel: rooms[3] as string, me, ann, ben, chloe });
  await ben.say(rooms[1] as string, "New icon set is up for comments.");
  await chloe.say(rooms[2] as string, "Can someone look at ticket 4411?", { "m.mentions": { user_ids: [me.userId] } });
  return { channelName: "product", channel };
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
}

async function talk({ channel, me, ann, ben, chloe }: Cast): Promise<void> {
  await ann.say(channel, "Good morning! The **launch checklist** is final now.", {
    format: "org.matrix.custom.html",
    formatted_body: "Good morning! The <strong>launch checklist</strong> is final now:<ul><li>freeze on Wednesday</li><li>release notes by Thursday noon</li><li>announcement on Friday</li></ul>",
  });
  const plan = await ann.say(channel, "Please read it today and say if anything is missing.");
  await me.say(channel, "Reading it now. Looks complete to me, thank you for putting it together.");
  const question = await ben.say(channel, "Do we still need the migration guide for self-hosted servers? Last time most questions were about that.");
  await chloe.say(channel, "Yes, I have a draft: https://example.org/docs/migration", { "m.relates_to": { "m.in_reply_to": { event_id: question } } });
  await ben.say(channel, "The command people look for is this one:", {});
  await ben.say(channel, "```\nchatsphere import --from synapse --config /etc/chatsphere.toml\n```", {
    format: "org.matrix.custom.html",
    formatted_body: '<pre><code class="language-sh">chatsphere import --from synapse --config /etc/chatsphere.toml\n</code></pre>',
  });
  for (const who of [me, ben, chloe]) await who.send(channel, { "m.relates_to": { rel_type: "m.annotation", event_id: plan, key: "👍" } }, "m.reaction");
  await chloe.send(channel, { "m.relates_to": { rel_type: "m.annotation", event_id: plan, key: "🎉" } }, "m.reaction");
  const inThread = (body: string, who: Account) => who.say(channel, body, { "m.relates_to": { rel_type: "m.thread", event_id: question, is_falling_back: true, "m.in_reply_to": { event_id: question } } });
  await ann.call("PUT", `/v3/rooms/${encodeURIComponent(channel)}/state/m.room.pinned_events`, { pinned: [plan, question] });
  await inThread("I can review the guide this afternoon.", ann);
  await inThread("Great, then we merge it tomorrow.", me);
  const picture = await chloe.upload(gradient(640, 360), "image/png");
  await chloe.send(channel, { msgtype: "m.image", body: "dashboard.png", url: picture, info: { w: 640, h: 360, mimetype: "image/png", size: 4096 } });
  await ann.say(channel, "Love it. @Maya Lindqvist can you put it on the slide?", { "m.mentions": { user_ids: [me.userId] } });
}

/** A PNG with a soft gradient, made by hand. */
export function gradient(width: number, height: number): Uint8Array<ArrayBuffer> {
  return png(width, height, (x, y) => [20 + (120 * x) / width, 110 + (90 * y) / height, 130 + (60 * (x + y)) / (width + height)]);
}

/** A PNG of random dots, which no compression makes small. */
export function noise(width: number, height: number): Uint8Array<ArrayBuffer> {
  return png(width, height, () => [Math.random() * 256, Math.random() * 256, Math.random() * 256]);
}

function png(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Uint8Array<ArrayBuffer> {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.set(colour(x, y), y * (width * 3 + 1) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
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
