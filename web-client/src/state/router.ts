import { type Readable, Value } from "@/lib/observable";

export type Panel = "members" | "threads" | "details" | "pins" | "search";

/** Where the person is. Everything here is in the address, so that reload, Back and links work. */
export interface Route {
  channel: string | null;
  event: string | null;
  thread: string | null;
  panel: Panel | null;
}

const PANELS: ReadonlySet<string> = new Set(["members", "threads", "details", "pins", "search"]);

export function parseRoute(path: string, search: string): Route {
  const parts = path.split("/").filter(Boolean).map(decode);
  const query = new URLSearchParams(search);
  const panel = query.get("panel");
  const inChannel = parts[0] === "c" && Boolean(parts[1]);
  return {
    channel: inChannel ? (parts[1] ?? null) : null,
    event: inChannel ? (parts[2] ?? null) : null,
    thread: query.get("thread"),
    panel: panel && PANELS.has(panel) ? (panel as Panel) : null,
  };
}

export function formatRoute(route: Route): string {
  const parts = route.channel ? ["c", route.channel, ...(route.event ? [route.event] : [])] : [];
  const query = new URLSearchParams();
  if (route.thread) query.set("thread", route.thread);
  if (route.panel) query.set("panel", route.panel);
  const search = query.toString();
  return `/${parts.map((part) => encodeURIComponent(part)).join("/")}${search ? `?${search}` : ""}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The route, bound to the address bar. */
export class Router {
  readonly #route: Value<Route>;

  constructor() {
    const read = () => parseRoute(location.pathname, location.search);
    this.#route = new Value(read());
    addEventListener("popstate", () => this.#route.set(read()));
    // A click on a notification.
    navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent<{ go?: unknown }>) => {
      if (typeof data?.go === "string") this.visit(data.go);
    });
  }

  get route(): Readable<Route> {
    return this.#route;
  }

  go(change: Partial<Route>, how: "push" | "replace" = "push"): void {
    const next = { ...this.#route.get(), ...change };
    const address = formatRoute(next);
    if (address === formatRoute(this.#route.get())) return;
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#route.set(next);
  }

  /** Goes to an address of this client. */
  visit(address: string): void {
    const url = new URL(address, location.origin);
    this.go(parseRoute(url.pathname, url.search));
  }

  open(channel: string, event: string | null = null): void {
    const panel = this.#route.get().panel === "members" ? "members" : null;
    this.go({ channel, event, thread: null, panel });
  }
}
