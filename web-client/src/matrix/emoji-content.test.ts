import { expect, test } from "vitest";
import { emojiIn, nameIn, type PackContent, withEmoji, withoutEmoji } from "./emoji-content";

test("what makes no sense, and stickers, are left out of a pack", () => {
  const images = {
    party: { url: "mxc://x/a" },
    both: { url: "mxc://x/b", usage: ["sticker", "emoticon"] },
    sticker: { url: "mxc://x/c", usage: ["sticker"] },
    "with space": { url: "mxc://x/d" },
    'quote"': { url: "mxc://x/e" },
    elsewhere: { url: "https://x/f" },
    markup: { url: 'mxc://x/f" onerror="x' },
    nothing: null,
    number: { url: 5 },
  } as unknown as NonNullable<PackContent["images"]>;
  expect(emojiIn({ images }).map(({ shortcode }) => shortcode)).toEqual(["party", "both"]);
  expect(emojiIn({ images: { a: { url: "mxc://x/a" } }, pack: { usage: ["sticker"] } })).toEqual([]);
  expect(emojiIn({})).toEqual([]);
  expect(emojiIn({ images: "x" } as unknown as PackContent)).toEqual([]);
  expect(nameIn({ pack: { display_name: 5 } })).toBe("");
});

test("a change keeps what it is not about", () => {
  const content = { images: { a: { url: "mxc://x/a", info: { w: 1 } } }, pack: { display_name: "P" }, other: 1 } as PackContent;
  const more = withEmoji(content, { shortcode: "b", mxc: "mxc://x/b" }, { body: "bee" });
  expect(more).toEqual({ ...content, images: { a: { url: "mxc://x/a", info: { w: 1 } }, b: { url: "mxc://x/b", body: "bee" } } });
  expect(withoutEmoji(more, "b")).toEqual(content);
});
