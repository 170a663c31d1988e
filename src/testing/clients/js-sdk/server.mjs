// The real server, for one file of tests.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** The SDK that the web client uses. */
const require = createRequire(pathToFileURL(join(process.env.CHATSPHERE_WEB_CLIENT, "package.json")));
export const sdk = await import(pathToFileURL(require.resolve("matrix-js-sdk")));

/** Starts the program that CHATSPHERE_BIN names. */
export async function startServer() {
    const folder = await mkdtemp(join(tmpdir(), "chatsphere-js-"));
    const settings = join(folder, "chatsphere.toml");
    await writeFile(settings, `[server]\nlisten = ["127.0.0.1:0"]\n[rate_limits]\nenabled = false\n[registration]\nmode = "open"\n`);
    const server = spawn(process.env.CHATSPHERE_BIN, ["run", "--config", settings], { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    server.stderr.on("data", (text) => (log += text));
    const ended = new Promise((resolve) => server.on("exit", resolve));
    let address;
    for await (const line of createInterface({ input: server.stdout })) {
        address = /listening on (\S+)/.exec(line)?.[1];
        if (address) break;
    }
    if (!address) throw new Error(`the server did not start: ${log}`);
    server.stdout.resume();
    return {
        url: `http://${address}`,
        async stop() {
            server.kill("SIGTERM");
            const code = await ended;
            await rm(folder, { recursive: true });
            if (code !== 0 || log.includes(" ERROR ")) throw new Error(`exit code ${code}, log:\n${log}`);
        },
    };
}

let number = 0;

/** A new person with a client that is not started yet. */
export async function person(url, name) {
    const guest = sdk.createClient({ baseUrl: url });
    const username = `${name}${++number}`;
    const account = await guest.registerRequest({ username, password: "a good password", auth: { type: "m.login.dummy" } });
    return sdk.createClient({
        baseUrl: url,
        userId: account.user_id,
        accessToken: account.access_token,
        deviceId: account.device_id,
        timelineSupport: true,
    });
}

/** Resolves with what `find` gives once it gives anything; it is asked again at each of the client's events. */
export function eventually(client, events, find) {
    return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`waited too long for ${events}`)), 20_000);
        const look = () => {
            const found = find();
            if (!found) return;
            clearTimeout(late);
            for (const event of events) client.off(event, look);
            resolve(found);
        };
        for (const event of events) client.on(event, look);
        look();
    });
}

/** Starts syncing and waits for the first answer. */
export async function start(client) {
    await client.startClient({ initialSyncLimit: 5, threadSupport: true, lazyLoadMembers: true });
    await eventually(client, ["sync"], () => ["PREPARED", "SYNCING"].includes(client.getSyncState()));
}

/** Starts a client that encrypts, with keys in memory only. */
export async function encrypt(client) {
    await client.initRustCrypto({ useIndexedDB: false });
    await start(client);
    return client;
}
