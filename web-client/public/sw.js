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

self.addEventListener("push", (event) => event.waitUntil(inTurn(() => pushed(event.data))));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

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

// Pushes. All that is shown is in the push, or in nobody's hands: there is no token here, and the server is asked nothing.

/** How long a page may take to say whether it sees to a message. Milliseconds. */
const PAGE_MS = 500;

let turn = Promise.resolve();

/**
 * One push after the other: the newest of a channel must stay, and Chromium forgets a notification that it is about to show
 * while it is asked for those that are there.
 */
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}

/** A message, or without one the number of what is unread. */
async function pushed(data) {
  const said = read(data);
  const unread = said.counts?.unread;
  if (typeof unread === "number") await showBadge(unread);
  if (typeof said.room_id === "string") {
    // What is told now is all that there is: the rest was read elsewhere.
    if (unread === 1) await takeBack((shown) => shown.tag !== said.room_id);
    if (!(await aPageSees(said.room_id))) await tell(said);
  } else if (unread === 0) await takeBack(() => true);
}

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

async function showBadge(unread) {
  // Only installed applications have one.
  await (unread ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.())?.catch(() => undefined);
}

async function takeBack(which) {
  for (const shown of await self.registration.getNotifications()) if (which(shown)) shown.close();
}

/** One notification a channel: the newest takes the place of the one before. */
function tell(said) {
  const { room_id: room, event_id: event, type } = said;
  const place = ["c", room, ...(event && type !== "m.room.member" ? [event] : [])].map(encodeURIComponent).join("/");
  return self.registration.showNotification(titleOf(said), {
    body: textOf(said).slice(0, 200),
    tag: room,
    renotify: said.prio !== "low",
    silent: said.prio === "low",
    icon: "/icons/icon-192.png",
    data: { path: `/${place}` },
  });
}

function titleOf({ sender, sender_display_name, room_name }) {
  const name = sender_display_name ?? sender?.slice(1).split(":")[0];
  if (!name) return "ChatSphere";
  return room_name && room_name !== name ? `${name} in ${room_name}` : name;
}

const KINDS = { "m.image": "Picture", "m.video": "Video", "m.audio": "Audio", "m.file": "File", "m.location": "Location" };

/** What a message says, in the words of the page (`previewOf`); nothing of it where it is not in the push. */
function textOf({ type, content = {}, membership, user_is_target }) {
  if (type === "m.room.encrypted") return "Encrypted message";
  if (type === "m.room.member" && membership === "invite" && user_is_target) return "You are invited.";
  if (type === "m.call.invite") return "Call";
  const question = content["m.poll"]?.question?.["m.text"]?.[0]?.body ?? content["org.matrix.msc3381.poll.start"]?.question?.body;
  if (typeof question === "string") return `Poll: ${question}`;
  if ("org.matrix.msc3245.voice" in content) return "Voice message";
  const body = typeof content.body === "string" ? content.body.replace(/\s+/g, " ").trim() : "";
  const kind = KINDS[content.msgtype];
  return (kind ? `${kind}: ${body}` : body) || "New message";
}

/** Whether the channel is open on the screen, or a page tells of it by itself. One that sleeps does not answer. */
async function aPageSees(room) {
  const answers = await Promise.all((await pages()).map((page) => ask(page, room)));
  return answers.includes(true);
}

function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

function ask(page, room) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    setTimeout(() => resolve(false), PAGE_MS);
    page.postMessage({ pushed: room }, [port2]);
  });
}

/** The browser has ended the subscription: there is a new one at once, and a page tells the server, this one or the next that is opened. */
async function renew({ oldSubscription, newSubscription }) {
  const key = oldSubscription?.options.applicationServerKey;
  if (!newSubscription && key) await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  for (const page of await pages()) page.postMessage({ renewed: true }, { transfer: [] });
}
