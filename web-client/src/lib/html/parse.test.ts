import { expect, test } from "vitest";
import { type HtmlNode, parseFormatted } from "./parse";

/** The tree as compact text, to compare by eye. */
function show(nodes: HtmlNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      const extra = node.href ?? node.language ?? node.image?.mxc ?? node.spoiler ?? "";
      return `[${node.tag}${extra ? ` ${extra}` : ""}${node.children.length ? `: ${show(node.children)}` : ""}]`;
    })
    .join("");
}

test("keeps what the spec allows", () => {
  expect(show(parseFormatted('<b>hi</b> <a href="https://example.org/">x</a>'))).toBe("[b: hi] [a https://example.org/: x]");
  expect(show(parseFormatted('<pre><code class="language-rust">fn</code></pre>'))).toBe("[pre: [code rust: fn]]");
  expect(show(parseFormatted('<span data-mx-spoiler="plot">he dies</span>'))).toBe("[span plot: he dies]");
});

test("drops the old reply quote with its text", () => {
  expect(show(parseFormatted("<mx-reply><blockquote>old</blockquote></mx-reply>new"))).toBe("new");
});

test.each([
  ['<a href="javascript:alert(1)">x</a>', "x"],
  ['<a href=" data:text/html,x">x</a>', "x"],
  ['<img src="https://tracker.example/x.png">', ""],
  ["<script>alert(1)</script>after", "after"],
  ["<svg><style>*{}</style></svg>after", "after"],
  ['<b onclick="x()" style="position:fixed">y</b>', "[b: y]"],
  ["<form><input name=a>text</form>", "text"],
])("makes %s harmless", (html, expected) => {
  expect(show(parseFormatted(html))).toBe(expected);
});

test("keeps pictures only from the homeserver's media", () => {
  expect(show(parseFormatted('<img src="mxc://a/b" alt="c">'))).toBe("[img mxc://a/b]");
});

test("survives very deep and very long input", () => {
  expect(show(parseFormatted("<div>".repeat(150) + "deep" + "</div>".repeat(150)))).toContain("deep");
  expect(parseFormatted("<br>".repeat(2500)).length).toBe(2000);
});
