import DOMPurify from "dompurify";

/** One node of a message's formatted body, after both filters: text, or an element from the allow list. */
export type HtmlNode = string | HtmlElement;

export interface HtmlElement {
  tag: AllowedTag;
  /** Only on `a`: a link with a safe scheme. */
  href?: string;
  /** Only on `code`: the language that the sender named. */
  language?: string;
  /** Only on `ol`: the first number. */
  start?: number;
  /** On `span`: hidden until the reader asks; the text is the reason, possibly empty. */
  spoiler?: string;
  /** Only on `img`: an mxc address, with the sender's description. */
  image?: HtmlImage;
  children: HtmlNode[];
}

export interface HtmlImage {
  mxc: string;
  alt: string;
  /** It stands for an emoji, and is as large as one. */
  emoticon: boolean;
}

const ALLOWED = [
  "a", "b", "blockquote", "br", "caption", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
  "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
] as const;

export type AllowedTag = (typeof ALLOWED)[number];

const allowed = new Set<string>(ALLOWED);
/** Elements whose text is not for the reader either. */
const DROPPED = new Set(["mx-reply", "script", "style", "template", "title", "textarea", "iframe", "object", "svg", "math"]);
const LINK = /^(https?|ftp|mailto|magnet|matrix|geo|tel|xmpp|sip):/i;
const MAX_DEPTH = 60;
const MAX_NODES = 2000;

/**
 * A formatted body (Matrix spec, `org.matrix.custom.html`) as plain data. Nothing of it is ever given to the page as
 * markup: DOMPurify cleans it into a detached fragment, and this walk copies only what is on the list above.
 */
export function parseFormatted(html: string): HtmlNode[] {
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: [...ALLOWED, "mx-reply", "font", "strike"],
    ALLOWED_ATTR: ["href", "class", "start", "src", "alt", "title", "data-mx-spoiler", "data-mx-emoticon"],
    ALLOWED_URI_REGEXP: /^(?:https?|ftp|mailto|magnet|matrix|geo|tel|xmpp|sip|mxc):/i,
    // Attributes whose values are no addresses.
    ADD_URI_SAFE_ATTR: ["data-mx-spoiler", "data-mx-emoticon", "start"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    // `mx-reply` must survive the first filter so that the walk can drop it with its text.
    CUSTOM_ELEMENT_HANDLING: { tagNameCheck: /^mx-reply$/ },
  });
  const budget = { left: MAX_NODES };
  return walk(fragment, 0, budget);
}

function walk(parent: Node, depth: number, budget: { left: number }): HtmlNode[] {
  const out: HtmlNode[] = [];
  for (const child of parent.childNodes) {
    if (budget.left-- <= 0) break;
    if (child.nodeType === Node.TEXT_NODE) {
      if (child.nodeValue) out.push(child.nodeValue);
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      out.push(...element(child as Element, depth, budget));
    }
  }
  return out;
}

function element(source: Element, depth: number, budget: { left: number }): HtmlNode[] {
  const name = source.localName === "strike" ? "s" : source.localName;
  if (DROPPED.has(name)) return [];
  if (depth >= MAX_DEPTH) return source.textContent ? [source.textContent] : [];
  const children = walk(source, depth + 1, budget);
  if (!allowed.has(name)) return children;
  const made: HtmlElement = { tag: name as AllowedTag, children };
  return decorate(made, source) ? [made] : children;
}

/** Copies the attributes that this kind of element may have. False when the element is nothing without them. */
function decorate(made: HtmlElement, source: Element): boolean {
  switch (made.tag) {
    case "a": {
      const href = source.getAttribute("href")?.trim() ?? "";
      if (!LINK.test(href)) return false;
      made.href = href;
      return true;
    }
    case "img": {
      const mxc = source.getAttribute("src") ?? "";
      if (!mxc.startsWith("mxc://")) return false;
      const alt = source.getAttribute("alt") ?? source.getAttribute("title") ?? "";
      made.image = { mxc, alt, emoticon: source.hasAttribute("data-mx-emoticon") };
      return true;
    }
    case "code": {
      const language = /(?:^|\s)language-([\w+#-]{1,24})/.exec(source.getAttribute("class") ?? "");
      if (language?.[1]) made.language = language[1];
      return true;
    }
    case "ol": {
      const start = Number.parseInt(source.getAttribute("start") ?? "", 10);
      if (Number.isFinite(start)) made.start = start;
      return true;
    }
    case "span": {
      const spoiler = source.getAttribute("data-mx-spoiler");
      if (spoiler === null) return false;
      made.spoiler = spoiler;
      return true;
    }
    default:
      return true;
  }
}
