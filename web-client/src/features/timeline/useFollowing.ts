import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Row } from "@/state/rows";
import type { TimelineModel, TimelineView } from "@/state/timeline";
import { useLatest } from "@/ui/hooks";
import type { VirtualList } from "@/ui/virtual";

export interface Following {
  atEnd: boolean;
  /** Messages by others that came while the reader was further up. */
  missed: number;
  /** The "New" line is above what is on screen. */
  unreadAbove: boolean;
  onScroll: () => void;
  toEnd: () => void;
  toUnread: () => void;
}

/** Pixels from an end at which more is loaded. */
const REACH = 1200;
const END = 60;

interface FollowingParts {
  model: TimelineModel;
  view: TimelineView;
  list: VirtualList;
  scroller: RefObject<HTMLDivElement | null>;
  /** Whether being here counts as reading. */
  reading: boolean;
  /** Whether the newest message is in view; kept by the timeline, which follows new ones then. */
  atEnd: boolean;
  setAtEnd: (atEnd: boolean) => void;
}

/** Where the reader is: opens at the first unread message, follows the end, loads at both ends, and sends receipts. */
export function useFollowing({ model, view, list, scroller, reading, atEnd, setAtEnd }: FollowingParts): Following {
  const [unreadAbove, setUnreadAbove] = useState(false);
  const [seen, setSeen] = useState<string | null>(null);
  // Where the reader stands is known from the first look on; nothing is read before.
  const [placed, setPlaced] = useState(false);
  const latest = useLatest({ view, list });
  const openedRef = useRef(false);

  const check = useCallback((view: TimelineView) => {
    const element = scroller.current;
    const { list } = latest.current;
    if (!element || !view.live || !openedRef.current) return;
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
    const end = fromEnd <= END && !view.newer;
    setAtEnd(end);
    setPlaced(true);
    const last = view.messages.at(-1)?.key ?? null;
    // Who goes up at once has not been at the end, and is told all the same of what comes from then on.
    if (!view.newer) setSeen((seen) => (end ? last : (seen ?? last)));
    const newIndex = view.rows.findIndex((row) => row.type === "new");
    setUnreadAbove(newIndex >= 0 && (list.measurementsCache[newIndex]?.end ?? 0) <= element.scrollTop);
    if (element.scrollTop < REACH && view.older && !view.loading) model.older();
    if (fromEnd < REACH && view.newer && !view.loading) model.newer();
  }, [latest, model, scroller, setAtEnd]);

  useOpening({ model, view, list, scroller, reading, atEnd, setAtEnd }, openedRef, check);

  // After each change of the messages the ends may be near without any scrolling.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const element = scroller.current;
      // A list that was too short to scroll has never told where it stands.
      if (element && Math.abs((latest.current.list.scrollOffset ?? 0) - element.scrollTop) > 1) element.dispatchEvent(new Event("scroll"));
      check(view);
    });
    return () => cancelAnimationFrame(frame);
  }, [check, view, scroller, latest]);

  useReceipts(model, view, placed && atEnd && view.live && reading);

  const onScroll = useCallback(() => check(latest.current.view), [check, latest]);
  const toEnd = useCallback(() => {
    latest.current.list.scrollToEnd({ behavior: "auto" });
    scroller.current?.focus({ preventScroll: true });
  }, [latest, scroller]);
  const toUnread = useCallback(() => {
    const index = latest.current.view.rows.findIndex((row) => row.type === "new");
    if (index >= 0) latest.current.list.scrollToIndex(index, { align: "start" });
  }, [latest]);

  return { atEnd, missed: atEnd ? 0 : missedAfter(view, seen), unreadAbove, onScroll, toEnd, toUnread };
}

/** Goes to the linked message, else the "New" line, else the end: once, when the real messages are first here. */
function useOpening({ model, view, list, scroller }: FollowingParts, openedRef: { current: boolean }, check: (view: TimelineView) => void): void {
  const goneRef = useRef(false);
  const latest = useLatest(view);
  const ready = view.live && view.rows.length > 0 && view.loading !== "start";
  useLayoutEffect(() => {
    if (goneRef.current) return;
    const target = view.live ? openingRow(view.rows, model.place.event) : -1;
    if (target >= 0) list.scrollToIndex(target, { align: model.place.event ? "center" : "start" });
    else list.scrollToEnd();
    if (!ready) return;
    goneRef.current = true;
    // More history put before now would make the list go to another message than was meant.
    whenStill(scroller, () => {
      openedRef.current = true;
      check(latest.current);
    });
  }, [ready, view, list, model, scroller, openedRef, check, latest]);
}

/** Frames without a change after which a place counts as reached, and those after which nobody waits any more. */
const STILL_FRAMES = 4;
const MAX_FRAMES = 60;

/** Calls `work` once the list has come to rest where it was sent. */
function whenStill(scroller: RefObject<HTMLDivElement | null>, work: () => void): void {
  let before = "";
  let still = 0;
  let frames = 0;
  const look = () => {
    const element = scroller.current;
    if (!element) return;
    const now = `${element.scrollTop} ${element.scrollHeight}`;
    still = now === before ? still + 1 : 0;
    before = now;
    if (still >= STILL_FRAMES || ++frames > MAX_FRAMES) work();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function openingRow(rows: readonly Row[], event: string | null): number {
  if (event) return rows.findIndex((row) => row.type === "message" && row.message.id === event);
  return rows.findIndex((row) => row.type === "new");
}

function missedAfter(view: TimelineView, seen: string | null): number {
  if (!seen) return 0;
  const index = view.messages.findLastIndex((message) => message.key === seen);
  if (index < 0) return 0;
  return view.messages.slice(index + 1).filter((message) => !message.own && message.kind !== "event").length;
}

/** Receipts are sent only when the person can see the end: visible, focused, and scrolled there. */
function useReceipts(model: TimelineModel, view: TimelineView, readable: boolean): void {
  const last = view.messages.findLast((message) => message.id.startsWith("$"))?.id;
  useEffect(() => {
    if (!readable || !last) return undefined;
    const mark = () => {
      if (document.visibilityState === "visible" && document.hasFocus()) void model.markRead();
    };
    mark();
    addEventListener("focus", mark);
    document.addEventListener("visibilitychange", mark);
    return () => {
      removeEventListener("focus", mark);
      document.removeEventListener("visibilitychange", mark);
    };
  }, [model, readable, last]);
}
