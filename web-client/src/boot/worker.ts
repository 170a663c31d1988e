const RELOADED = "chatsphere.reloaded";
const WORKER = "/sw.js";

/** Scripts that are named by an address go through a policy, as the content security policy asks: there is this one alone. */
interface ScriptPolicies {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): { createScriptURL(address: string): string };
}

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
    const worker = trusted(WORKER);
    // A browser that refuses it (private windows) has all but the offline start.
    const register = () => void navigator.serviceWorker.register(worker).catch(() => undefined);
    // It is for the next visit: this one has better things to do at first. Safari knows no idle time.
    addEventListener("load", () => ("requestIdleCallback" in globalThis ? requestIdleCallback(register, { timeout: 10_000 }) : setTimeout(register, 2000)));
  }
}

function trusted(address: string): string {
  const policies = (globalThis as { trustedTypes?: ScriptPolicies }).trustedTypes;
  return policies ? policies.createPolicy("chatsphere", { createScriptURL: () => WORKER }).createScriptURL(address) : address;
}
