// matrix-js-sdk does what Element and the bundled web client do with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encrypt, eventually, person, sdk, start, startServer } from "./server.mjs";

const PICTURE = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
    "base64",
);

let server;
before(async () => (server = await startServer()));
after(async () => server?.stop());

/** Two people in a public room; the second one's client runs. */
async function twoInARoom() {
    const anna = await person(server.url, "anna");
    const ben = await person(server.url, "ben");
    const { room_id: room } = await anna.createRoom({ preset: sdk.Preset.PublicChat, name: "Room" });
    await ben.joinRoom(room);
    await start(ben);
    await eventually(ben, ["Room", "Room.myMembership"], () => ben.getRoom(room)?.getMyMembership() === "join");
    return { anna, ben, room, end: () => ben.stopClient() };
}

const message = (body) => ({ msgtype: "m.text", body });
const timeline = (client, room) => client.getRoom(room).getLiveTimeline().getEvents();
const find = (client, room, id) => client.getRoom(room)?.findEventById(id);

test("logs in with a password, and out", async () => {
    const anna = await person(server.url, "anna");
    const again = sdk.createClient({ baseUrl: server.url });
    const login = await again.loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: anna.getUserId() },
        password: "a good password",
    });
    assert.equal(login.user_id, anna.getUserId());
    const other = sdk.createClient({ baseUrl: server.url, accessToken: login.access_token, userId: login.user_id });
    assert.equal((await other.whoami()).device_id, login.device_id);
    await other.logout();
    await assert.rejects(other.whoami(), { errcode: "M_UNKNOWN_TOKEN" });
});

test("a message arrives, then its edit and a reaction", async () => {
    const { anna, ben, room, end } = await twoInARoom();
    const { event_id: id } = await anna.sendMessage(room, message("frist"));
    const event = await eventually(ben, ["Room.timeline"], () => find(ben, room, id));
    assert.equal(event.getContent().body, "frist");
    await anna.sendMessage(room, {
        ...message("* first"),
        "m.new_content": message("first"),
        "m.relates_to": { rel_type: "m.replace", event_id: id },
    });
    await eventually(ben, ["Room.timeline", "Event.replaced"], () => event.getContent().body === "first");
    await anna.sendEvent(room, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: id, key: "🎉" } });
    const reactions = await eventually(ben, ["Room.timeline"], () =>
        ben.getRoom(room).relations.getChildEventsForEvent(id, "m.annotation", "m.reaction"),
    );
    assert.equal(reactions.getSortedAnnotationsByKey()[0][0], "🎉");
    end();
});

test("a reply in a thread makes the thread", async () => {
    const { anna, ben, room, end } = await twoInARoom();
    const { event_id: root } = await anna.sendMessage(room, message("root"));
    await anna.sendMessage(room, {
        ...message("answer"),
        "m.relates_to": { rel_type: "m.thread", event_id: root, is_falling_back: true, "m.in_reply_to": { event_id: root } },
    });
    const thread = await eventually(ben, ["Room.timeline", "Thread.new", "Thread.update"], () => {
        const thread = ben.getRoom(room)?.getThread(root);
        return thread?.length === 1 && thread;
    });
    assert.equal(thread.replyToEvent.getContent().body, "answer");
    end();
});

test("a redaction empties the message", async () => {
    const { anna, ben, room, end } = await twoInARoom();
    const { event_id: id } = await anna.sendMessage(room, message("regretted"));
    const event = await eventually(ben, ["Room.timeline"], () => find(ben, room, id));
    await anna.redactEvent(room, id);
    await eventually(ben, ["Room.redaction", "Room.timeline"], () => event.isRedacted());
    assert.deepEqual(event.getContent(), {});
    end();
});

test("older messages are loaded on demand", async () => {
    const anna = await person(server.url, "anna");
    const { room_id: room } = await anna.createRoom({ preset: sdk.Preset.PublicChat });
    for (let number = 0; number < 30; number++) await anna.sendMessage(room, message(`message ${number}`));
    await start(anna);
    const shown = () => timeline(anna, room).map((event) => event.getContent().body).filter(Boolean);
    await eventually(anna, ["Room.timeline"], () => anna.getRoom(room) && shown().length > 0);
    assert.ok(shown().length <= 5);
    await anna.scrollback(anna.getRoom(room), 100);
    assert.deepEqual(shown(), Array.from({ length: 30 }, (_, number) => `message ${number}`));
    anna.stopClient();
});

test("a picture comes back as it was, and as a thumbnail", async () => {
    const anna = await person(server.url, "anna");
    const { content_uri: uri } = await anna.uploadContent(PICTURE, { type: "image/png", name: "dot.png" });
    const get = (url) => fetch(url, { headers: { Authorization: `Bearer ${anna.getAccessToken()}` } });
    const back = await get(anna.mxcUrlToHttp(uri, undefined, undefined, undefined, false, true, true));
    assert.equal(back.headers.get("content-type"), "image/png");
    assert.deepEqual(Buffer.from(await back.arrayBuffer()), PICTURE);
    const small = await get(anna.mxcUrlToHttp(uri, 32, 32, "crop", false, true, true));
    assert.equal(small.status, 200);
});

test("an invite is shown and can be taken", async () => {
    const anna = await person(server.url, "anna");
    const ben = await person(server.url, "ben");
    await start(ben);
    const { room_id: room } = await anna.createRoom({ preset: sdk.Preset.PrivateChat, invite: [ben.getUserId()], is_direct: true });
    await eventually(ben, ["Room", "Room.myMembership"], () => ben.getRoom(room)?.getMyMembership() === "invite");
    assert.equal(ben.getRoom(room).getDMInviter(), anna.getUserId());
    await ben.joinRoom(room);
    await eventually(ben, ["Room.myMembership"], () => ben.getRoom(room).getMyMembership() === "join");
    ben.stopClient();
});

test("typing, receipts and unread counts are seen", async () => {
    const { anna, ben, room, end } = await twoInARoom();
    const { event_id: id } = await anna.sendMessage(room, message("read me"));
    await eventually(ben, ["Room.timeline", "Room.unreadNotifications"], () => ben.getRoom(room).getUnreadNotificationCount() === 1);
    await anna.sendTyping(room, true, 10_000);
    await eventually(ben, ["RoomMember.typing"], () => ben.getRoom(room).getMember(anna.getUserId())?.typing);
    await ben.sendReadReceipt(find(ben, room, id));
    await eventually(ben, ["Room.receipt", "Room.unreadNotifications", "sync"], () => ben.getRoom(room).getUnreadNotificationCount() === 0);
    end();
});

/** A person whose client encrypts. */
const encrypting = async (name) => encrypt(await person(server.url, name));

const encrypted = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

test("what is said in an encrypted room is read by those in it", async () => {
    const anna = await encrypting("anna");
    const ben = await encrypting("ben");
    const { room_id: room } = await anna.createRoom({ preset: sdk.Preset.PublicChat, initial_state: [encrypted] });
    await ben.joinRoom(room);
    const bothIn = (client) => () => client.getRoom(room)?.getJoinedMemberCount() === 2;
    for (const client of [anna, ben])
        await eventually(client, ["sync"], bothIn(client));
    const { event_id: id } = await anna.sendMessage(room, message("a secret"));
    const event = await eventually(ben, ["Room.timeline", "Event.decrypted"], () => {
        const event = find(ben, room, id);
        return event?.getContent().body === "a secret" && event;
    });
    assert.equal(event.getWireType(), "m.room.encrypted");
    assert.equal(event.getWireContent().body, undefined);
    for (const client of [anna, ben]) client.stopClient();
});

test("a person's identity and the backup of their keys are set up", { timeout: 60_000 }, async () => {
    const anna = await encrypting("anna");
    const crypto = anna.getCrypto();
    await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(null) });
    assert.ok(await crypto.getCrossSigningKeyId());
    await crypto.resetKeyBackup();
    const { room_id: room } = await anna.createRoom({ initial_state: [encrypted] });
    await eventually(anna, ["Room", "RoomState.events"], () => anna.getRoom(room)?.hasEncryptionStateEvent());
    let wake;
    anna.on("crypto.keyBackupSessionsRemaining", () => wake?.());
    await anna.sendMessage(room, message("to be kept"));
    const kept = async () => (await anna.http.authedRequest("GET", "/room_keys/version")).count;
    for (;;) {
        const news = new Promise((resolve) => (wake = resolve));
        if ((await kept()) > 0) break;
        await news;
    }
    assert.equal(await kept(), 1);
    anna.stopClient();
});
