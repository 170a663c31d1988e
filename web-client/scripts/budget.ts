// Fails when the client has grown past what a slow line can bear. Sizes are gzip, in kB of 1000 bytes.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

interface Chunk {
  file: string;
  name?: string;
  imports?: string[];
  src?: string;
}

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8")) as Record<string, Chunk>;

/** The files that a chunk needs before it runs. */
function closure(...keys: string[]): Set<string> {
  const seen = new Set<string>();
  const visit = (key: string) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(chunk.file)) return;
    seen.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  keys.forEach(visit);
  return seen;
}

const size = (files: Set<string>) => [...files].filter((file) => file.endsWith(".js")).reduce((sum, file) => sum + gzipSync(readFileSync(dist + file), { level: 9 }).length, 0) / 1000;

/** The chunk of a name; each part of the page is one file, see `load-order-plugin.ts`. */
function chunk(name: string): string {
  const found = Object.keys(manifest).find((key) => manifest[key]?.name === name && manifest[key].file.endsWith(".js"));
  if (!found) throw new Error(`no ${name} in the manifest: build first`);
  return found;
}

const [shell, channel, sdk] = ["shell", "channel", "sdk"].map(chunk) as [string, string, string];

let over = false;
for (const { name, files, limit } of [
  { name: "shell", files: closure(shell), limit: 110 },
  { name: "channel path", files: closure(shell, channel, sdk), limit: 360 },
]) {
  const kilobytes = size(files);
  const verdict = kilobytes <= limit ? "ok" : "OVER";
  if (kilobytes > limit) over = true;
  console.log(`${name}: ${kilobytes.toFixed(1)} kB of ${limit} kB ${verdict}`);
}
process.exit(over ? 1 : 0);
