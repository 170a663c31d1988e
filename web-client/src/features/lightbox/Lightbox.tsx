import * as Radix from "@radix-ui/react-dialog";
import { ChevronLeft, ChevronRight, Download, X } from "lucide-react";
import { useMemo, useState } from "react";
import { t } from "@/lib/i18n";
import { fullTime } from "@/lib/time";
import type { Media, Message } from "@/matrix/model";
import { useMediaUrl } from "@/ui/Avatar";
import { Spinner } from "@/ui/Spinner";

interface LightboxProps {
  messages: readonly Message[];
  start: string;
  onClose: () => void;
}

type Picture = Message & { media: Media };

const BUTTON = "flex size-10 items-center justify-center rounded-full text-white/85 hover:bg-white/15 hover:text-white disabled:opacity-30";

/** One picture over everything; arrow keys go through the others of the channel. */
export function Lightbox({ messages, start, onClose }: LightboxProps) {
  const pictures = useMemo(() => messages.filter((one): one is Picture => one.media !== null && (one.kind === "image" || one.kind === "sticker")), [messages]);
  const [index, setIndex] = useState(() => Math.max(0, pictures.findIndex((one) => one.id === start)));
  const [zoomed, setZoomed] = useState(false);
  const picture = pictures[index];
  const url = useMediaUrl(picture?.media.mxc ?? null);
  const go = (step: number) => {
    setZoomed(false);
    setIndex((value) => Math.min(Math.max(value + step, 0), pictures.length - 1));
  };
  if (!picture) return null;
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col bg-black/92 text-white outline-none"
          onKeyDown={(event) => {
            if (event.key === "ArrowLeft") go(-1);
            if (event.key === "ArrowRight") go(1);
          }}
        >
          <header className="flex items-center gap-2 p-3">
            <div className="min-w-0 flex-1 ps-2">
              <Radix.Title className="truncate text-sm font-semibold">{picture.media.name}</Radix.Title>
              <p className="truncate text-xs text-white/70">
                {picture.sender.name} · {fullTime(picture.ts)}
              </p>
            </div>
            {url && (
              <a href={url} download={picture.media.name} aria-label={t("Download")} title={t("Download")} className={BUTTON}>
                <Download size={18} />
              </a>
            )}
            <Radix.Close aria-label={t("Close")} title={t("Close")} className={BUTTON}>
              <X size={20} />
            </Radix.Close>
          </header>
          <div className="relative flex min-h-0 flex-1 items-center justify-center overflow-auto p-4">
            {url ? (
              <button type="button" onClick={() => setZoomed(!zoomed)} aria-label={zoomed ? t("Fit to screen") : t("Full size")} className={zoomed ? "m-auto cursor-zoom-out" : "contents cursor-zoom-in"}>
                <img src={url} alt={picture.media.name} className={zoomed ? "max-w-none" : "max-h-full max-w-full cursor-zoom-in object-contain"} />
              </button>
            ) : (
              <Spinner className="size-8" />
            )}
          </div>
          {pictures.length > 1 && (
            <footer className="flex items-center justify-center gap-4 p-3 text-sm text-white/80">
              <button type="button" aria-label={t("Previous picture")} className={BUTTON} disabled={index === 0} onClick={() => go(-1)}>
                <ChevronLeft size={22} />
              </button>
              {t("{index} of {count}", { index: index + 1, count: pictures.length })}
              <button type="button" aria-label={t("Next picture")} className={BUTTON} disabled={index === pictures.length - 1} onClick={() => go(1)}>
                <ChevronRight size={22} />
              </button>
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
