// Two people of two servers whose clients encrypt: node across.mjs URL OTHER_URL TAG

import assert from "node:assert/strict";
import { encrypt, eventually, person, sdk, start } from "./server.mjs";

const [url, otherUrl, tag] = process.argv.slice(2);
const anna = await encrypt(await person(url, `anna-${tag}-`));
const ben = await encrypt(await person(otherUrl, `ben-${tag}-`));

const encrypted = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
const options = { preset: sdk.Preset.PrivateChat, initial_state: [encrypted], invite: [ben.getUserId()] };
const { room_id: room } = await anna.createRoom(options);
await eventually(ben, ["Room", "Room.myMembership"], () => ben.getRoom(room)?.getMyMembership() === "invite");
await ben.joinRoom(room);
for (const client of [anna, ben])
    await eventually(client, ["sync"], () => {
        const here = client.getRoom(room);
        return here?.getJoinedMemberCount() === 2 && here.hasEncryptionStateEvent();
    });

/** One says something, and each of the others reads it. */
async function tell(from, text, readers) {
    const { event_id: id } = await from.sendMessage(room, { msgtype: "m.text", body: text });
    for (const reader of readers) {
        const event = await eventually(reader, ["Room.timeline", "Event.decrypted"], () => {
            const event = reader.getRoom(room)?.findEventById(id);
            return event?.getContent().body === text && event;
        });
        assert.equal(event.getWireType(), "m.room.encrypted");
        assert.equal(event.getWireContent().body, undefined);
    }
}

await tell(anna, "a secret", [ben]);
await tell(ben, "kept", [anna]);

// A device that comes later gets the keys of what is said from then on.
const login = await sdk.createClient({ baseUrl: otherUrl }).loginRequest({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: ben.getUserId() },
    password: "a good password",
});
const phone = await encrypt(
    sdk.createClient({
        baseUrl: otherUrl,
        userId: login.user_id,
        accessToken: login.access_token,
        deviceId: login.device_id,
        timelineSupport: true,
    }),
);
const knowsPhone = async () => {
    const devices = await anna.getCrypto().getUserDeviceInfo([ben.getUserId()]);
    return devices.get(ben.getUserId())?.has(login.device_id);
};
while (!(await knowsPhone())) await new Promise((resolve) => anna.once("sync", resolve));
await tell(anna, "for both", [ben, phone]);
await tell(phone, "from the phone", [anna, ben]);

for (const client of [anna, ben, phone]) client.stopClient();
process.exit(0);
