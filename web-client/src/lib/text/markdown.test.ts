import { expect, test } from "vitest";
import { toHtml } from "./markdown";

test.each([
  ["plain text", null],
  ["two\nlines", null],
  ["see https://example.org now", null],
  ["a < b && c", null],
  ["**bold** and *slanted*", "<strong>bold</strong> and <em>slanted</em>"],
  ["~~gone~~", "<del>gone</del>"],
  ["`x < y`", "<code>x &lt; y</code>"],
  ["<b>not markup</b> *but this*", "&lt;b&gt;not markup&lt;/b&gt; <em>but this</em>"],
  ["*a*\nb", "<em>a</em><br />\nb"],
  ["- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"],
])("%s", (source, html) => {
  expect(toHtml(source)).toBe(html);
});

test("links with a dangerous scheme lead nowhere", () => {
  expect(toHtml("[x](javascript:alert(1))")).toBe('<a href="">x</a>');
});

test("code keeps its lines", () => {
  expect(toHtml("```rust\nfn a() {}\n\nlet b;\n```")).toBe('<pre><code class="language-rust">fn a() {}\n\nlet b;\n</code></pre>');
});
