import { type Account, expect, test, type Visitor } from "../world.ts";

interface Pusher {
  kind: string;
  pushkey: string;
  data: Record<string, unknown>;
}

const pushers = async (account: Account) => (await account.call<{ pushers: Pusher[] }>("GET", "/v3/pushers")).pushers;

/** Gives the page a push service: the real one of the browser is out of reach here. */
async function withPushService(visitor: Visitor): Promise<void> {
  await visitor.context.addInitScript(() => {
    const KEPT = "test.push";
    const decode = (text: string) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const encode = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    interface Kept { endpoint: string; key: string; auth: string; server: string }
    const made = (kept: Kept) => ({
      endpoint: kept.endpoint,
      options: { userVisibleOnly: true, applicationServerKey: decode(kept.server).buffer },
      getKey: (name: string) => decode(name === "auth" ? kept.auth : kept.key).buffer,
      unsubscribe: async () => (localStorage.removeItem(KEPT), true),
    });
    const current = () => JSON.parse(localStorage.getItem(KEPT) ?? "null") as Kept | null;
    Object.assign(PushManager.prototype, {
      async getSubscription() {
        const kept = current();
        return kept && made(kept);
      },
      async subscribe(options: { userVisibleOnly: boolean; applicationServerKey: string }) {
        if (!options.userVisibleOnly) throw new Error("not allowed");
        const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
        const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
        const kept: Kept = { endpoint: `https://push.example.org/${crypto.randomUUID()}`, key: encode(key), auth: encode(crypto.getRandomValues(new Uint8Array(16))), server: options.applicationServerKey };
        localStorage.setItem(KEPT, JSON.stringify(kept));
        return made(kept);
      },
    });
  });
}

async function openNotifications(visitor: Visitor): Promise<void> {
  await visitor.fromMenu(/^Account of/, "Settings");
  await visitor.dialog("Settings").getByRole("button", { name: "Notifications" }).click();
}

const closedSwitch = (visitor: Visitor) => visitor.dialog("Settings").getByRole("switch", { name: "Notify me when ChatSphere is closed" });

test("pushes are turned on and off in the settings, set right at the next start, and ended by signing out", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(undefined, { permissions: ["notifications"] });
  await withPushService(visitor);
  await visitor.signIn(ann);
  expect(await pushers(ann)).toEqual([]);
  await openNotifications(visitor);
  await closedSwitch(visitor).check();
  await expect.poll(async () => (await pushers(ann)).length).toBe(1);
  const [first] = await pushers(ann);
  expect(first).toMatchObject({ kind: "org.matrix.msc4174.webpush", app_id: "chat.chatsphere.web", app_display_name: "ChatSphere" });
  expect(String(first?.data.url)).toMatch(/^https:\/\/push\.example\.org\//);

  await visitor.dialog("Settings").getByRole("switch", { name: "Show who writes what" }).uncheck();
  await expect.poll(async () => (await pushers(ann))[0]?.data.format).toBe("event_id_only");

  // The browser has ended the subscription while the page was closed.
  await visitor.page.evaluate(() => localStorage.removeItem("test.push"));
  await visitor.page.reload();
  await visitor.live();
  await expect.poll(async () => (await pushers(ann)).map(({ pushkey }) => pushkey !== first?.pushkey)).toEqual([true]);

  // It ends while the page is open: the service worker hears of it.
  const [second] = await pushers(ann);
  await visitor.page.evaluate(() => localStorage.removeItem("test.push"));
  await visitor.context.serviceWorkers()[0]?.evaluate(() => {
    const scope = self as unknown as EventTarget & { ExtendableEvent: new (type: string) => Event };
    scope.dispatchEvent(new scope.ExtendableEvent("pushsubscriptionchange"));
  });
  await expect.poll(async () => (await pushers(ann)).map(({ pushkey }) => pushkey !== second?.pushkey)).toEqual([true]);

  await openNotifications(visitor);
  await closedSwitch(visitor).uncheck();
  await expect.poll(() => pushers(ann)).toEqual([]);
  await closedSwitch(visitor).check();
  await expect.poll(async () => (await pushers(ann)).length).toBe(1);
  await visitor.page.keyboard.press("Escape");
  await visitor.fromMenu(/^Account of/, "Sign out");
  await visitor.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await visitor.page.getByLabel("Username").waitFor();
  expect(await pushers(ann)).toEqual([]);
  expect(await visitor.page.evaluate(() => localStorage.getItem("test.push"))).toBeNull();
});
