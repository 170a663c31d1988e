import { formatNumber, plural } from "@/lib/i18n";
import { cx } from "./cx";

/** A count of what is unread; filled with the accent when someone is meant by name. */
export function Badge({ unread, mentions, className }: { unread: number; mentions: number; className?: string }) {
  if (unread === 0 && mentions === 0) return null;
  const count = mentions || unread;
  const label = mentions ? plural(mentions, "{count} mention", "{count} mentions") : plural(unread, "{count} unread", "{count} unread");
  return (
    <span
      aria-label={label}
      role="img"
      className={cx(
        "flex h-[18px] min-w-[18px] shrink-0 items-center justify-center rounded-full px-1.5 text-2xs font-semibold tabular-nums",
        mentions ? "bg-accent text-on-accent" : "bg-line-strong text-ink",
        className,
      )}
    >
      {count > 99 ? "99+" : formatNumber(count)}
    </span>
  );
}
