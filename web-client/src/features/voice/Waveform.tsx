import { t } from "@/lib/i18n";
import { playTime } from "@/lib/time";
import { cx } from "@/ui/cx";

const BARS = 44;

interface WaveformProps {
  levels: readonly number[];
  /** How far it has been played, from 0 to 1. */
  at: number;
  /** Seconds. */
  total: number;
  onSeek: (seconds: number) => void;
  slim: boolean;
}

/** How loud it is over time, and how far one has heard; also the slider to go elsewhere. */
export function Waveform({ levels, at, total, onSeek, slim }: WaveformProps) {
  const bars = slim ? [] : spread(levels);
  return (
    <div className={cx("relative flex items-center gap-px", slim ? "h-4" : "h-8")}>
      {slim && (
        <span className="h-1 flex-1 overflow-hidden rounded-full bg-line-strong" aria-hidden="true">
          <span className="block h-full bg-accent" style={{ width: `${at * 100}%` }} />
        </span>
      )}
      {bars.map(({ key, level }, index) => (
        <span key={key} aria-hidden="true" className={cx("min-w-px flex-1 rounded-full", index / BARS < at ? "bg-accent" : "bg-line-strong")} style={{ height: `${Math.max(8, level * 100)}%` }} />
      ))}
      <input
        type="range"
        min={0}
        max={Math.max(total, 0.1)}
        step={0.1}
        value={at * total}
        aria-label={t("Position")}
        aria-valuetext={playTime(at * total)}
        onChange={(event) => onSeek(Number(event.target.value))}
        className="absolute inset-0 w-full cursor-pointer opacity-0 focus-visible:opacity-100"
      />
    </div>
  );
}

/** The levels brought to a number of bars that fits; a flat line without any. */
function spread(levels: readonly number[]): { key: string; level: number }[] {
  return Array.from({ length: BARS }, (_, index) => ({ key: `bar ${index}`, level: levels[Math.floor((index * levels.length) / BARS)] ?? 0.1 }));
}
