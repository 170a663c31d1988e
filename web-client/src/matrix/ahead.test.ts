import { afterEach, expect, test, vi } from "vitest";
import { Ahead } from "./ahead";
import { Tokens } from "./tokens";

const session = { userId: "@me:x", deviceId: "D", baseUrl: "https://x", accessToken: "t" };

function answering(answer: (path: string) => Response | Promise<Response>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (input: RequestInfo | URL) => {
    const { pathname } = new URL(String(input));
    asked.push(pathname);
    return Promise.resolve(answer(pathname));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

const sync = { rooms: { join: { "!a:x": { state: { events: [{ type: "m.room.name", state_key: "", content: { name: "talk" } }] } } } } };

test("what was asked ahead is given once, and the sync's channels are known at once", async () => {
  const asked = answering((path) => Response.json(path.endsWith("/sync") ? sync : { path }));
  const ahead = new Ahead(new Tokens(session));
  expect((await ahead.ask()).map((channel) => channel.name)).toEqual(["talk"]);
  expect(asked).toHaveLength(4);
  expect(await (await ahead.fetch("https://x/_matrix/client/v3/sync?timeout=0&_cacheBuster=1")).json()).toEqual(sync);
  expect(await (await ahead.fetch(new URL("https://x/_matrix/client/versions"))).json()).toEqual({ path: "/_matrix/client/versions" });
  expect(asked).toHaveLength(4);
  await ahead.fetch("https://x/_matrix/client/versions");
  expect(asked).toHaveLength(5);
});

test("a sync that goes on, and another method, are asked anew", async () => {
  const asked = answering(() => Response.json({}));
  const ahead = new Ahead(new Tokens(session));
  await ahead.ask();
  await ahead.fetch("https://x/_matrix/client/v3/sync?since=s1");
  await ahead.fetch("https://x/_matrix/client/v3/pushrules/", { method: "POST" });
  expect(asked).toHaveLength(6);
});

test("what failed ahead is asked again", async () => {
  let down = true;
  answering(() => (down ? Promise.reject(new TypeError("down")) : Response.json({ ok: true })));
  const ahead = new Ahead(new Tokens(session));
  await expect(ahead.ask()).rejects.toThrow("down");
  down = false;
  expect(await (await ahead.fetch("https://x/_matrix/client/v3/sync?timeout=0")).json()).toEqual({ ok: true });
});
