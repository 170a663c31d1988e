// Keeps the client itself, so that it opens without a connection and at once on a slow line. Nothing of Matrix is kept here.
const CACHE = "chatsphere-shell";
const PAGE = "/";

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(new Request(PAGE, { cache: "reload" }))));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? PAGE));
});

function isPage(path) {
  return path === PAGE || path.startsWith("/c/");
}

/** The page from the server, so that a new version is seen at once; the kept one when the server can't be reached. */
async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PAGE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) await keepPage(cache, kept, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** With a new page the files of the old one are of no more use. */
async function keepPage(cache, kept, fresh) {
  const [before, now] = await Promise.all([kept?.clone().text(), fresh.clone().text()]);
  if (before !== undefined && before !== now) {
    for (const request of await cache.keys()) await cache.delete(request);
  }
  if (before !== now) await cache.put(PAGE, fresh);
}

/** Names of these files change with their content: what is kept is right. */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

/** Goes to a place in a window that is open already, else in a new one. */
async function open(path) {
  const [window] = await self.clients.matchAll({ type: "window" });
  if (!window) return self.clients.openWindow(path);
  window.postMessage({ go: path }, { transfer: [] });
  return window.focus();
}
