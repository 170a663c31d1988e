import type { PushDesk, Subscribed } from "./push";

/** As long as the service worker is waited for. Milliseconds. */
const COMING_MS = 15_000;

/** The real browser. */
export const browserPush: PushDesk = {
  able: () => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis,
  // Only Chromium names itself so, and only it forgives pushes that show nothing.
  quiet: "userAgentData" in navigator,
  permission: () => Notification.permission,
  ask: () => Notification.requestPermission(),
  current: async () => {
    const found = await (await manager())?.getSubscription();
    return found ? subscribed(found) : null;
  },
  subscribe: async (server) => {
    const pushes = (await manager()) ?? (await coming())?.pushManager;
    if (!pushes) throw new Error("no service worker");
    return subscribed(await pushes.subscribe({ userVisibleOnly: true, applicationServerKey: server }));
  },
  unsubscribe: async () => {
    await (await (await manager())?.getSubscription())?.unsubscribe();
  },
};

async function manager(): Promise<PushManager | undefined> {
  return (await navigator.serviceWorker.getRegistration())?.pushManager;
}

/** The worker is registered once the page is idle; in some browsers never. */
function coming(): Promise<ServiceWorkerRegistration | undefined> {
  return Promise.race([navigator.serviceWorker.ready, new Promise<undefined>((resolve) => setTimeout(resolve, COMING_MS))]);
}

function subscribed(subscription: PushSubscription): Subscribed {
  return {
    endpoint: subscription.endpoint,
    key: base64(subscription.getKey("p256dh")),
    auth: base64(subscription.getKey("auth")),
    server: base64(subscription.options.applicationServerKey),
  };
}

/** Base64url without padding. */
function base64(bytes: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Answers the service worker, which has a push and asks whether a page sees to it, and hears when the subscription has changed. */
export function followWorker(handles: (channel: string) => boolean, renewed: () => void): void {
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }: MessageEvent<{ pushed?: unknown; renewed?: unknown }>) => {
    if (typeof data?.pushed === "string") ports[0]?.postMessage(handles(data.pushed));
    if (data?.renewed) renewed();
  });
}
