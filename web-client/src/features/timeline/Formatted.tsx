import { createElement, Fragment, type ReactNode, useMemo, useState } from "react";
import { t } from "@/lib/i18n";
import { parsePermalink } from "@/lib/ids";
import { type HtmlElement, type HtmlImage, type HtmlNode, parseFormatted } from "@/lib/html/parse";
import { cx } from "@/ui/cx";
import { Emoticon } from "@/ui/Emoticon";
import { useWorkspace } from "@/ui/workspace";
import { useTimelineActions } from "./actions";
import { linkify, type TextPart } from "./linkify";

/** A formatted body; every element is made by React from the allow list, none from the sender's markup. */
export function Formatted({ html }: { html: string }) {
  const nodes = useMemo(() => parseFormatted(html), [html]);
  const alone = emoticonsAlone(nodes);
  if (alone) return inPlace(alone.map(largePicture));
  return <Nodes nodes={nodes} />;
}

function Nodes({ nodes, bare = false }: { nodes: readonly HtmlNode[]; bare?: boolean }) {
  return inPlace(nodes.map((node) => nodeView(node, bare)));
}

function nodeView(node: HtmlNode, bare: boolean): ReactNode {
  if (typeof node !== "string") return <Element node={node} bare={bare} />;
  return bare ? node : <PlainText text={node} />;
}

/** Text with its links made clickable. */
export function PlainText({ text }: { text: string }) {
  return inPlace(linkify(text).map(linkView));
}

function linkView({ text, href }: TextPart): ReactNode {
  return href ? <Link href={href}>{text}</Link> : text;
}

/** Children that are known by their place: a body is drawn as a whole, so none of them ever moves. */
function inPlace(children: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...children);
}

const VOID = new Set(["br", "hr"]);

function Element({ node, bare }: { node: HtmlElement; bare: boolean }) {
  if (VOID.has(node.tag)) return createElement(node.tag);
  if (node.image) return <Picture {...node.image} />;
  const children = <Nodes nodes={node.children} bare={bare || node.tag === "a" || node.tag === "code" || node.tag === "pre"} />;
  if (node.tag === "a") return <Link href={node.href ?? ""}>{children}</Link>;
  if (node.tag === "span") return <Spoiler reason={node.spoiler ?? ""}>{children}</Spoiler>;
  if (node.tag === "ol") return <ol start={node.start}>{children}</ol>;
  if (node.tag === "pre") return <pre>{children}</pre>;
  return createElement(node.tag, null, children);
}

export function Link({ href, children }: { href: string; children: ReactNode }) {
  const { follow } = useTimelineActions();
  const { userId } = useWorkspace();
  const target = parsePermalink(href);
  if (target && !target.event && target.target.startsWith("@")) {
    const me = target.target === userId;
    return (
      <a
        href={href}
        title={target.target}
        onClick={(event) => follow(href) && event.preventDefault()}
        className={cx("rounded-sm px-0.5 font-medium no-underline!", me ? "bg-mention-edge/30 text-ink!" : "bg-accent-soft")}
      >
        {children}
      </a>
    );
  }
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" onClick={(event) => target && follow(href) && event.preventDefault()}>
      {children}
    </a>
  );
}

function Spoiler({ reason, children }: { reason: string; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  return (
    <button
      type="button"
      aria-expanded={shown}
      onClick={() => setShown(!shown)}
      className={cx("rounded px-1 text-start", shown ? "bg-hover" : "bg-ink-3 text-canvas")}
    >
      {shown ? children : reason ? t("Spoiler: {reason}", { reason }) : t("Spoiler")}
    </button>
  );
}

function Picture({ mxc, alt, emoticon }: HtmlImage) {
  return emoticon ? <Emoticon mxc={mxc} alt={alt} /> : <Emoticon mxc={mxc} alt={alt} className="max-h-60 max-w-full rounded" />;
}

function largePicture({ mxc, alt }: HtmlImage): ReactNode {
  return <Emoticon mxc={mxc} alt={alt} className="me-1 inline h-10 max-w-40 object-contain align-middle" />;
}

/** One to three emoticons and nothing else: those are drawn large. */
function emoticonsAlone(nodes: readonly HtmlNode[]): HtmlImage[] | null {
  const seen = nodes.filter((node) => typeof node !== "string" || node.trim() !== "");
  const images = seen.flatMap((node) => (typeof node !== "string" && node.image?.emoticon ? [node.image] : []));
  return images.length > 0 && images.length <= 3 && images.length === seen.length ? images : null;
}
