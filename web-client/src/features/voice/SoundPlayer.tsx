import { Pause, Play } from "lucide-react";
import { type SyntheticEvent, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { playTime } from "@/lib/time";
import { useMediaUrl } from "@/ui/Avatar";
import type { Media } from "@/matrix/model";
import { cx } from "@/ui/cx";
import { Spinner } from "@/ui/Spinner";
import { Waveform } from "./Waveform";

const RATES = [1, 1.5, 2] as const;

/** Plays sound: with its waveform when it is a voice message, else with a line. Loaded when it is first played. */
export function SoundPlayer({ media }: { media: Media }) {
  const [wanted, setWanted] = useState(false);
  const url = useMediaUrl(wanted ? media.mxc : null);
  const element = useRef<HTMLAudioElement>(null);
  const { playing, at, total, handlers } = usePlayback(media.duration / 1000);
  const [rate, changeRate] = useState<number>(1);
  const voice = media.voice !== undefined;
  const press = () => {
    setWanted(true);
    // It begins by itself once it is here.
    if (url) toggle(element.current);
  };
  const faster = () => {
    const next = RATES[(RATES.indexOf(rate as (typeof RATES)[number]) + 1) % RATES.length] ?? 1;
    changeRate(next);
    setRate(element.current, next);
  };
  return (
    <div role="group" aria-label={voice ? t("Voice message") : media.name} className="mt-1 flex w-full max-w-sm items-center gap-3 rounded-xl border border-line bg-raised p-2">
      <audio ref={element} src={url ?? undefined} autoPlay {...handlers}>
        <track kind="captions" />
      </audio>
      <button type="button" onClick={press} aria-label={playing ? t("Pause") : t("Play")} className="flex size-10 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent hover:bg-accent-hover">
        {wanted && !url ? <Spinner /> : playing ? <Pause size={18} aria-hidden="true" /> : <Play size={18} className="ms-0.5" aria-hidden="true" />}
      </button>
      <div className="min-w-0 flex-1">
        {!voice && <p className="truncate text-sm font-medium">{media.name}</p>}
        <Waveform levels={media.voice ?? []} at={total ? at / total : 0} total={total} onSeek={(to) => seek(element.current, to)} slim={!voice} />
        <p className="text-2xs text-ink-3 tabular-nums">
          {playTime(at)} / {playTime(total)}
        </p>
      </div>
      <button type="button" onClick={faster} aria-label={t("Speed: {rate}", { rate: rate })} className={cx("h-7 min-w-9 rounded-full px-2 text-xs font-semibold tabular-nums hover:bg-hover", rate === 1 ? "text-ink-3" : "bg-accent-soft text-accent-text")}>
        {rate}×
      </button>
    </div>
  );
}

function toggle(audio: HTMLAudioElement | null): void {
  if (audio?.paused) void audio.play().catch(() => undefined);
  else audio?.pause();
}

function seek(audio: HTMLAudioElement | null, to: number): void {
  if (audio) audio.currentTime = to;
}

function setRate(audio: HTMLAudioElement | null, rate: number): void {
  if (audio) audio.playbackRate = rate;
}

/** What an `audio` element tells of itself. Recordings of browsers don't know their own length, so the sender's word for it serves. */
function usePlayback(said: number) {
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [total, setTotal] = useState(said);
  const handlers = {
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onEnded: () => setAt(0),
    onTimeUpdate: (event: SyntheticEvent<HTMLAudioElement>) => setAt(event.currentTarget.currentTime),
    onLoadedMetadata: (event: SyntheticEvent<HTMLAudioElement>) => {
      const { duration } = event.currentTarget;
      if (Number.isFinite(duration)) setTotal(duration);
    },
  };
  return { playing, at, total, handlers };
}
