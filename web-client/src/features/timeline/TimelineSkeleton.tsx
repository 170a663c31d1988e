import { t } from "@/lib/i18n";

const WIDTHS = ["w-2/3", "w-1/2", "w-5/6", "w-1/3", "w-3/5", "w-2/5"] as const;

/** The shape of messages while the first ones load. */
export function TimelineSkeleton() {
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-end gap-5 overflow-hidden px-5 pb-4" role="status" aria-label={t("Loading messages")}>
      {WIDTHS.map((width) => (
        <div key={width} className="shimmer flex gap-3">
          <span className="size-9 shrink-0 rounded-lg bg-hover" />
          <div className="flex-1 space-y-2 pt-1">
            <span className="block h-3 w-28 rounded bg-hover" />
            <span className={`block h-3 max-w-lg rounded bg-hover ${width}`} />
          </div>
        </div>
      ))}
    </div>
  );
}
