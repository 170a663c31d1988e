import type { Plugin } from "vite";

/** What a page loads, in this order; each is one file with all that it needs and that none before it has. */
const PARTS = [
  { name: "first", holds: "/src/boot/first.ts" },
  { name: "shell", holds: "/src/boot/main.tsx" },
  { name: "channel", holds: "/src/features/channel/index.ts" },
  { name: "sdk", holds: "/src/matrix/index.ts" },
] as const;

/**
 * The order in which a page loads: first the script that asks the server, beside it the shell and the page of a channel,
 * and when nothing else is to be had the SDK.
 */
export function loadOrder(): Plugin {
  const groups = PARTS.map(({ name, holds }, index) => ({ name, test: (id: string) => id.endsWith(holds), priority: PARTS.length - index }));
  return {
    name: "load-order",
    apply: "build",
    config: () => ({ build: { rolldownOptions: { input: { index: "index.html", first: PARTS[0].holds.slice(1) }, output: { codeSplitting: { groups } } } } }),
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }) => {
        const files = Object.values(bundle);
        const fileOf = (part: (typeof PARTS)[number]): string => {
          const found = files.find((file) => file.type === "chunk" && file.moduleIds.some((id) => id.endsWith(part.holds)));
          if (!found) throw new Error(`no file has ${part.holds}`);
          return found.fileName;
        };
        const [first, shell, channel, sdk] = PARTS.map(fileOf);
        if (!html.includes(`src="/${first}"`) || !html.includes(`src="/${shell}"`)) throw new Error("the page does not begin with its first script");
        const link = (rel: string, name = "", more: Record<string, string> = {}) => ({ tag: "link", attrs: { rel, crossorigin: true, ...more, href: `/${name}` }, injectTo: "head" as const });
        return [link("modulepreload", channel), link("prefetch", sdk, { as: "script" })];
      },
    },
  };
}
