import { t } from "@/lib/i18n";
import type { Emoticons } from "@/lib/text/emoticons";
import type { Matrix } from "@/matrix/api";
import type { CustomEmoji, EmojiPack } from "@/matrix/model";

/** Bytes. Every reader of a message loads its emoji. */
const MAX_BYTES = 512_000;

/** The pictures of packs by their names. */
export function emoticonsOf(packs: readonly EmojiPack[]): Emoticons {
  return new Map(packs.flatMap((pack) => pack.emoji.map(({ shortcode, mxc }) => [shortcode, mxc])));
}

/** Uploads pictures as emoji of a pack, named after their files. Throws at the first that can't be one. */
export async function addPictures(matrix: Matrix, channel: string | null, present: readonly CustomEmoji[], files: readonly File[]): Promise<void> {
  const taken = new Set(present.map((emoji) => emoji.shortcode));
  const { maxSize } = await matrix.uploadLimits();
  for (const file of files) {
    if (!file.type.startsWith("image/")) throw new Error(t("{name} is no picture.", { name: file.name }));
    if (file.size > Math.min(MAX_BYTES, maxSize ?? MAX_BYTES)) throw new Error(t("{name} is too large: an emoji may have 512 kB.", { name: file.name }));
    const shortcode = nameFor(file.name, taken);
    const mxc = await matrix.upload(file, file.name, () => undefined).done;
    await matrix.addEmoji(channel, { shortcode, mxc });
    taken.add(shortcode);
  }
}

/** A name that no other has, from that of a file. */
export function nameFor(file: string, taken: ReadonlySet<string>): string {
  const base = file.replace(/\.[^.]*$/, "").toLowerCase().replace(/[^\p{L}\p{N}_-]+/gu, "_").replace(/^_+|_+$/g, "").slice(0, 32) || "emoji";
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}
