const RELOADED = "chatsphere.reloaded";

/** Registers the service worker; a client that was built since then is loaded anew when a part of the old one is gone. */
export function keepShell(): void {
  addEventListener("vite:preloadError", (event) => {
    // Once only: a part that is missing for another reason must not make the page reload for ever.
    if (sessionStorage.getItem(RELOADED)) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED, "1");
    location.reload();
  });
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    // A browser that refuses it (private windows) has all but the offline start.
    addEventListener("load", () => void navigator.serviceWorker.register("/sw.js").catch(() => undefined));
  }
}
