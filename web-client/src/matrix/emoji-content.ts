import type { CustomEmoji } from "./model";

/** One picture of a pack, as others may have written it. */
interface PackImage {
  url?: string;
  usage?: unknown;
}

/** A pack as it is kept; nothing in it can be relied on. */
export interface PackContent {
  images?: Readonly<Record<string, PackImage>>;
  pack?: { display_name?: unknown; usage?: unknown };
}

/** Of a pack no more are shown. */
const MAX_EMOJI = 500;

/** What may stand between two colons: nothing that would end it, or that markup could be made of. */
const SHORTCODE = /^[^\s:<>&"'`*\\]{1,64}$/u;
const MXC = /^mxc:\/\/[\w.:[\]-]+\/[\w.~-]+$/;

export function isShortcode(text: string): boolean {
  return SHORTCODE.test(text);
}

/** The emoji of a pack: what makes no sense, and pictures that are stickers alone, are left out. */
export function emojiIn(content: PackContent): CustomEmoji[] {
  if (typeof content.images !== "object" || content.images === null) return [];
  const found = Object.entries(content.images).flatMap(([shortcode, image]): CustomEmoji[] => {
    const mxc: unknown = image?.url;
    const fits = isShortcode(shortcode) && typeof mxc === "string" && MXC.test(mxc) && isEmoji(image.usage ?? content.pack?.usage);
    return fits ? [{ shortcode, mxc }] : [];
  });
  return found.slice(0, MAX_EMOJI);
}

/** A picture without a usage is for everything. */
function isEmoji(usage: unknown): boolean {
  return !Array.isArray(usage) || usage.length === 0 || usage.includes("emoticon");
}

export function nameIn(content: PackContent): string {
  const name = content.pack?.display_name;
  return typeof name === "string" ? name : "";
}

/** The pack with one more; what else stands in it, `kept` of the picture too, stays as it is. */
export function withEmoji(content: PackContent, { shortcode, mxc }: CustomEmoji, kept: object = {}): PackContent {
  return { ...content, images: { ...content.images, [shortcode]: { ...kept, url: mxc } } };
}

export function withoutEmoji(content: PackContent, shortcode: string): PackContent {
  const { [shortcode]: _, ...images } = content.images ?? {};
  return { ...content, images };
}
