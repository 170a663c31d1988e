import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { emojiData } from "./scripts/emoji-plugin.ts";
import { loadOrder } from "./scripts/load-order-plugin.ts";
import { leanSdk } from "./scripts/sdk-plugin.ts";

const homeserver = process.env.CHATSPHERE_URL ?? "http://127.0.0.1:8008";

export default defineConfig({
  plugins: [react(), tailwindcss(), emojiData(), leanSdk(), loadOrder()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // Its version for browsers has the page read the text as markup, which the content security policy forbids.
      "decode-named-character-reference": fileURLToPath(new URL("./node_modules/decode-named-character-reference/index.js", import.meta.url)),
    },
  },
  build: {
    target: "es2024",
    manifest: true,
    // The content security policy allows no data: fonts or images, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { port: 5173, proxy: { "/_matrix": homeserver, "/.well-known/matrix": homeserver } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/lib/test-setup.ts"], isolate: false, pool: "threads", maxWorkers: 1 },
});
