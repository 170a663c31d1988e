import { memo, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import type { Row } from "@/state/rows";
import type { TimelineModel, TimelineView } from "@/state/timeline";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { useVirtualList } from "@/ui/virtual";
import { Announcer } from "./Announcer";
import { TimelineProblem } from "./TimelineProblem";
import { TimelineSkeleton } from "./TimelineSkeleton";
import { JumpPills } from "./JumpPills";
import { MessageRow } from "./MessageRow";
import { DayRow, EventsRow, NewRow, StartRow } from "./PlainRows";
import { useFollowing } from "./useFollowing";
import { useArrowKeys } from "./useArrowKeys";

interface TimelineProps {
  model: TimelineModel;
  label: string;
  /** Whether the channel or thread is open to the person: reading it here counts as reading. */
  reading: boolean;
}

/** Guess for rows that were never drawn, in pixels. */
const ESTIMATE: Record<Row["type"], number> = { start: 180, day: 44, new: 32, events: 32, message: 48 };

/** The messages: only those near the view are on the page, and the reader's place never moves by itself. */
export function Timeline({ model, label, reading }: TimelineProps) {
  const view = useValue(model.view);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows } = view;
  const [atEnd, setAtEnd] = useState(model.place.event === null);
  const virtualizer = useVirtualList({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    // As it was before: the last of what was missing must not carry the reader along.
    followOnAppend: atEnd,
    scrollEndThreshold: 60,
    scrollPaddingStart: 56,
    paddingEnd: 8,
    initialOffset: () => (model.place.event ? 0 : 10_000_000),
  });
  const following = useFollowing({ model, view, list: virtualizer, scroller, reading, atEnd, setAtEnd });
  const onKeyDown = useArrowKeys(scroller, virtualizer);
  const items = virtualizer.getVirtualItems();
  if (rows.length === 0 && view.loading === "start") return <TimelineSkeleton />;
  if (rows.length === 0 && view.error) return <TimelineProblem model={model} error={view.error} />;
  return (
    <div className="relative min-h-0 flex-1">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={scroller}
        role="region"
        aria-label={label}
        // The keyboard can scroll only what can have the focus.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={following.onScroll}
        data-timeline={view.live ? "live" : "snapshot"}
        className="absolute inset-0 overflow-x-hidden overflow-y-auto [overflow-anchor:none] focus-visible:outline-offset-[-2px]"
      >
        <div className={cx("relative flex min-h-full flex-col", !model.place.thread && "justify-end")}>
          <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
            <ol className="absolute inset-x-0 top-0" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
              {items.map((item) => (
                <li key={item.key} data-index={item.index} ref={virtualizer.measureElement} className="flow-root">
                  <RowView row={rows[item.index] as Row} view={view} highlight={model.place.event} />
                </li>
              ))}
            </ol>
          </div>
        </div>
      </div>
      {view.loading === "older" && <LoadingOlder />}
      <JumpPills following={following} view={view} />
      <Announcer messages={view.messages} live={view.live} />
    </div>
  );
}

function estimate(row: Row | undefined): number {
  if (!row) return 48;
  if (row.type !== "message") return ESTIMATE[row.type];
  const { message, continued } = row;
  if (message.kind === "image" || message.kind === "video") return 280;
  const lines = Math.ceil(message.body.length / 90) + message.body.split("\n").length - 1;
  return (continued ? 6 : 34) + Math.max(1, lines) * 23 + (message.reactions.length ? 32 : 0) + (message.thread ? 36 : 0);
}

function LoadingOlder() {
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center" role="status">
      <span className="rounded-full border border-line bg-raised px-3 py-1 text-xs text-ink-2 shadow-sm">{t("Loading earlier messages…")}</span>
    </div>
  );
}

const RowView = memo(function RowView({ row, view, highlight }: { row: Row; view: TimelineView; highlight: string | null }) {
  switch (row.type) {
    case "start":
      return <StartRow />;
    case "day":
      return <DayRow ts={row.ts} />;
    case "new":
      return <NewRow />;
    case "events":
      return <EventsRow messages={row.messages} />;
    case "message":
      return <MessageRow message={row.message} continued={row.continued} readers={view.receipts.get(row.message.id)} highlighted={row.message.id === highlight} />;
  }
}, sameRow);

function sameRow(before: { row: Row; view: TimelineView; highlight: string | null }, after: typeof before): boolean {
  if (before.highlight !== after.highlight) return false;
  const [a, b] = [before.row, after.row];
  if (a.type !== "message" || b.type !== "message") return a === b;
  return a.message === b.message && a.continued === b.continued && before.view.receipts.get(a.message.id) === after.view.receipts.get(b.message.id);
}
