import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

/** The policy that the real server sends with the client. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types dompurify chatsphere";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Serves the built client, and passes everything of Matrix on to `homeserver`: for servers that have no client of their own. */
export function serveClient(homeserver: string, port = 0): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, outgoing) => {
    if (/^\/(_matrix|_synapse|\.well-known)\//.test(incoming.url ?? "")) forward(homeserver, incoming, outgoing);
    else serveFile(incoming, outgoing);
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve({ url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`, server });
    });
  });
}

function forward(homeserver: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const onward = request(`${homeserver}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

function serveFile(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const path = normalize(new URL(incoming.url ?? "/", "http://x").pathname);
  const wanted = join(DIST, path);
  const found = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(DIST, "index.html");
  outgoing.writeHead(200, {
    "Content-Type": TYPES[extname(found)] ?? "application/octet-stream",
    "Content-Security-Policy": POLICY,
    "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    "Content-Encoding": "gzip",
  });
  outgoing.end(packed(found));
}

const kept = new Map<string, Buffer>();

/** Compressed, as the real server sends it. */
function packed(file: string): Buffer {
  const key = `${file} ${statSync(file).mtimeMs}`;
  let found = kept.get(key);
  if (!found) {
    found = gzipSync(readFileSync(file));
    kept.set(key, found);
  }
  return found;
}
