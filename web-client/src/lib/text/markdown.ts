import { micromark } from "micromark";
import { gfmAutolinkLiteral, gfmAutolinkLiteralHtml } from "micromark-extension-gfm-autolink-literal";
import { gfmStrikethrough, gfmStrikethroughHtml } from "micromark-extension-gfm-strikethrough";

/**
 * Markdown to the HTML of a formatted body, or `null` when the text has no formatting at all. Markup in the text is
 * shown, never obeyed. Single line breaks stay breaks, as people expect in a chat.
 */
export function toHtml(source: string): string | null {
  const html = micromark(hardBreaks(source), {
    extensions: [gfmStrikethrough({ singleTilde: false }), gfmAutolinkLiteral(), { disable: { null: ["setextUnderline", "codeIndented"] } }],
    htmlExtensions: [gfmStrikethroughHtml(), gfmAutolinkLiteralHtml()],
  });
  const single = /^<p>((?:(?!<p>)[\s\S])*)<\/p>$/.exec(html);
  const shortened = single?.[1] ?? html;
  return isPlain(shortened) ? null : shortened;
}

/** Two spaces at the end of a line make it a break; code keeps its lines. */
function hardBreaks(source: string): string {
  let fenced = false;
  return source
    .split("\n")
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) {
        fenced = !fenced;
        return line;
      }
      return fenced || line.trim() === "" ? line : `${line}  `;
    })
    .join("\n")
    .replace(/ {2}$/, "");
}

/** Only breaks and automatic links: any client makes those of plain text by itself. */
function isPlain(html: string): boolean {
  const without = html.replace(/<br \/>\n?/g, "").replace(/<a href="([^"]*)">([^<]*)<\/a>/g, (whole, href: string, text: string) => {
    return href === text || href === `http://${text}` || href === `mailto:${text}` ? "" : whole;
  });
  return !/<[a-z]/i.test(without);
}
