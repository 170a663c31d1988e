import { Download, FileText, ImageOff, Play } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { t } from "@/lib/i18n";
import { formatSize } from "@/lib/size";
import type { Media, Message } from "@/matrix/model";
import { useMedia, useMediaUrl } from "@/ui/Avatar";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";
import { useTimelineActions } from "./actions";
import { PlainText } from "./Formatted";

const SoundPlayer = lazy(() => import("@/features/voice").then((module) => ({ default: module.SoundPlayer })));

const MAX_WIDTH = 400;
const MAX_HEIGHT = 300;

export function Attachment({ message, media }: { message: Message; media: Media }) {
  const caption = message.body && message.body !== media.name && message.kind !== "sticker" ? message.body : null;
  return (
    <div>
      {message.kind === "image" || message.kind === "sticker" ? (
        <Picture message={message} media={media} />
      ) : message.kind === "video" ? (
        <Video media={media} />
      ) : message.kind === "audio" ? (
        <Sound media={media} />
      ) : (
        <FileCard media={media} />
      )}
      {caption && (
        <p className="prose-msg mt-1 whitespace-pre-wrap">
          <PlainText text={caption} />
        </p>
      )}
    </div>
  );
}

/** The size on screen, known before the picture is here, so that nothing moves when it comes. */
function boxOf(media: Media): { width: number; height: number } {
  const width = media.width || 320;
  const height = media.height || 220;
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

function Picture({ message, media }: { message: Message; media: Media }) {
  const { openMedia } = useTimelineActions();
  const box = boxOf(media);
  const moving = media.type === "image/gif" || media.type === "image/webp" || media.type === "image/apng";
  const { url, failed } = useMedia(media.thumbnail ?? media.mxc, media.thumbnail || moving ? undefined : 800);
  const [undrawable, setUndrawable] = useState(false);
  const broken = failed || undrawable;
  return (
    <button
      type="button"
      onClick={() => openMedia(message)}
      aria-label={t("Open picture {name}", { name: media.name })}
      className="mt-1 block max-w-full overflow-hidden rounded-lg border border-line bg-sunken"
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {url && !broken ? (
        <img src={url} alt={media.name} className="size-full object-contain" onError={() => setUndrawable(true)} />
      ) : (
        <span className="flex size-full items-center justify-center text-ink-3">{broken ? <ImageOff size={24} role="img" aria-label={t("This picture can't be shown.")} /> : <Spinner />}</span>
      )}
    </button>
  );
}

function Video({ media }: { media: Media }) {
  const [wanted, setWanted] = useState(false);
  const box = boxOf(media);
  const poster = useMediaUrl(media.thumbnail);
  const url = useMediaUrl(wanted ? media.mxc : null);
  return (
    <div
      className="relative mt-1 max-w-full overflow-hidden rounded-lg border border-line bg-black"
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {url ? (
        // The sender's file; captions come inside of it or not at all.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video src={url} controls autoPlay className="size-full" />
      ) : (
        <button type="button" onClick={() => setWanted(true)} aria-label={t("Play video {name}", { name: media.name })} className="size-full">
          {poster && <img src={poster} alt="" className="absolute inset-0 size-full object-contain" />}
          <span className="absolute inset-0 m-auto flex size-12 items-center justify-center rounded-full bg-black/60 text-white">
            {wanted ? <Spinner /> : <Play size={22} aria-hidden="true" />}
          </span>
        </button>
      )}
    </div>
  );
}

function Sound({ media }: { media: Media }) {
  return (
    <Suspense fallback={<div className="mt-1 h-15 max-w-sm rounded-xl bg-sunken" />}>
      <SoundPlayer media={media} />
    </Suspense>
  );
}

function FileCard({ media }: { media: Media }) {
  const { media: store, toasts } = useWorkspace();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const link = document.createElement("a");
      link.href = await store.url(media.mxc);
      link.download = media.name;
      link.click();
    } catch (error) {
      toasts.problem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button
      type="button"
      onClick={save}
      aria-label={t("Download {name}", { name: media.name })}
      className="mt-1 flex w-full max-w-sm items-center gap-3 rounded-lg border border-line bg-raised p-2.5 text-start hover:bg-hover"
    >
      <span className="flex size-10 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
        <FileText size={20} aria-hidden="true" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{media.name}</span>
        <span className="block text-xs text-ink-3">{media.size ? formatSize(media.size) : t("File")}</span>
      </span>
      <span className="pe-1 text-ink-3">{busy ? <Spinner /> : <Download size={16} aria-hidden="true" />}</span>
    </button>
  );
}
