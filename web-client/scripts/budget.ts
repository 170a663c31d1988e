// Fails when the client has grown past what a slow line can bear. Sizes are gzip, in kB of 1000 bytes.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

interface Chunk {
  file: string;
  isEntry?: boolean;
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

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
if (!entry) throw new Error("no entry in the manifest: build first");
const channelPath = [entry, "src/features/channel/index.ts", "src/matrix/index.ts"];
const missing = channelPath.filter((key) => !manifest[key]);
if (missing.length) throw new Error(`not in the manifest: ${missing.join(", ")}`);

let over = false;
for (const { name, files, limit } of [
  { name: "shell", files: closure(entry), limit: 110 },
  { name: "channel path", files: closure(...channelPath), limit: 360 },
]) {
  const kilobytes = size(files);
  const verdict = kilobytes <= limit ? "ok" : "OVER";
  if (kilobytes > limit) over = true;
  console.log(`${name}: ${kilobytes.toFixed(1)} kB of ${limit} kB ${verdict}`);
}
process.exit(over ? 1 : 0);
