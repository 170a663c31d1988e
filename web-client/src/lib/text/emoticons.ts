import { escapePattern } from "./pattern";

/** Pictures by the names between the colons. */
export type Emoticons = ReadonlyMap<string, string>;

/**
 * A text's formatted body with pictures in place of `:name:`, code left alone. `html` is the body as Markdown makes it,
 * `null` for a plain text, which stays plain when nothing in it is a picture.
 */
export function withEmoticons(html: string | null, text: string, emoticons: Emoticons): string | null {
  const names = [...emoticons.keys()].filter((name) => text.includes(`:${name}:`));
  if (!names.length) return html;
  const pattern = new RegExp(`:(${names.map(escapePattern).join("|")}):`, "gu");
  let inCode = 0;
  let found = false;
  const parts = (html ?? plainHtml(text)).split(/(<[^>]*>)/).map((part) => {
    if (part.startsWith("<")) {
      if (/^<(?:code|pre)\b/.test(part)) inCode++;
      if (/^<\/(?:code|pre)\b/.test(part)) inCode--;
      return part;
    }
    if (inCode) return part;
    return part.replace(pattern, (_whole, name: string) => {
      found = true;
      return picture(name, emoticons.get(name) ?? "");
    });
  });
  return found ? parts.join("") : html;
}

/** Neither the name nor the address can hold what ends an attribute: see what is read from packs. */
function picture(name: string, mxc: string): string {
  return `<img data-mx-emoticon src="${mxc}" alt=":${name}:" title=":${name}:" height="32" />`;
}

function plainHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br />");
}
