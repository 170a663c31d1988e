/** A number from 0 to `buckets - 1` that is always the same for one text; used to colour avatars. */
export function bucketOf(text: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % buckets;
}

/** The first letter or emoji of a name, without the sigils of Matrix identifiers. */
export function initialOf(name: string): string {
  const bare = name.replace(/^[@#!+]/, "").trim();
  const first = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(bare)[Symbol.iterator]().next();
  return first.done ? "?" : first.value.segment.toLocaleUpperCase();
}

/** The part of a Matrix identifier before the colon, without its sigil. */
export function localpart(id: string): string {
  return id.replace(/^[@#!]/, "").split(":")[0] ?? id;
}

/** The server that a Matrix identifier names. */
export function serverOf(id: string): string {
  const colon = id.indexOf(":");
  return colon < 0 ? "" : id.slice(colon + 1);
}

/** A link to a person, channel or message that every Matrix client understands. */
export function permalink(id: string, event?: string, via: readonly string[] = []): string {
  const query = via.map((server) => `via=${encodeURIComponent(server)}`).join("&");
  const path = [id, event].filter(Boolean).map((part) => encodeURIComponent(part as string)).join("/");
  return `https://matrix.to/#/${path}${query ? `?${query}` : ""}`;
}

/** What a Matrix link points at: "@person", "#alias" or "!room", and a message in it. `null` for any other link. */
export function parsePermalink(href: string): { target: string; event: string | null } | null {
  const hash = /^https:\/\/matrix\.to\/#\/([^/?]+)(?:\/([^/?]+))?/.exec(href);
  if (hash?.[1]) return linkParts(hash[1], hash[2]);
  const uri = /^matrix:(u|r|roomid)\/([^/?]+)(?:\/e\/([^/?]+))?/.exec(href);
  if (!uri?.[1] || !uri[2]) return null;
  const sigil = { u: "@", r: "#", roomid: "!" }[uri[1]] ?? "";
  return linkParts(sigil + uri[2], uri[3] ? `$${uri[3]}` : undefined);
}

function linkParts(target: string, event: string | undefined): { target: string; event: string | null } | null {
  try {
    const id = decodeURIComponent(target);
    return /^[@#!]/.test(id) ? { target: id, event: event ? decodeURIComponent(event) : null } : null;
  } catch {
    return null;
  }
}
