import { useEffect, useState } from "react";
import { bucketOf, initialOf } from "@/lib/ids";
import type { PresenceState } from "@/matrix/model";
import { cx } from "./cx";
import { useWorkspace } from "./workspace";

const TINTS = [
  "bg-[#0f766e]", "bg-[#1d4ed8]", "bg-[#7c3aed]", "bg-[#be185d]", "bg-[#b45309]", "bg-[#4d7c0f]", "bg-[#0e7490]", "bg-[#9f1239]",
] as const;

const SIZES = {
  xs: "size-4 text-[9px] rounded",
  sm: "size-5 text-2xs rounded-md",
  md: "size-8 text-sm rounded-lg",
  msg: "size-9 text-sm rounded-lg",
  lg: "size-12 text-lg rounded-xl",
  xl: "size-20 text-3xl rounded-2xl",
} as const;

interface AvatarProps {
  id: string;
  name: string;
  mxc: string | null;
  size?: keyof typeof SIZES;
  presence?: PresenceState | undefined;
  className?: string;
}

/** A picture, or the first letter on a colour that stays the same. Never named: the name stands beside it. */
export function Avatar({ id, name, mxc, size = "md", presence, className }: AvatarProps) {
  const url = useMediaUrl(mxc, 96, 96);
  return (
    <span className={cx("relative inline-flex shrink-0", className)} aria-hidden="true">
      {url ? (
        <img src={url} alt="" className={cx("object-cover", SIZES[size])} draggable={false} />
      ) : (
        <span className={cx("flex items-center justify-center font-semibold text-white select-none", SIZES[size], TINTS[bucketOf(id, TINTS.length)])}>
          {initialOf(name)}
        </span>
      )}
      {presence && presence !== "offline" && <PresenceDot state={presence} className="absolute -end-0.5 -bottom-0.5 ring-2 ring-(--dot-ring,var(--side))" />}
    </span>
  );
}

export function PresenceDot({ state, className }: { state: PresenceState; className?: string }) {
  const look = state === "online" ? "bg-online" : state === "away" ? "bg-away" : "border-2 border-ink-3";
  return <span className={cx("block size-2.5 rounded-full", look, className)} />;
}

interface LoadedMedia {
  /** The blob address; `null` until it has loaded or when it cannot be had. */
  url: string | null;
  failed: boolean;
}

/** A media file, as far as it is here. */
export function useMedia(mxc: string | null, width?: number, height?: number): LoadedMedia {
  const { media } = useWorkspace();
  const here = mxc ? media.peek(mxc, width, height) : null;
  const [loaded, setLoaded] = useState<{ mxc: string; url: string | null } | null>(null);
  useEffect(() => {
    if (!mxc || here) return undefined;
    let current = true;
    media.url(mxc, width, height).then(
      (url) => current && setLoaded({ mxc, url }),
      () => current && setLoaded({ mxc, url: null }),
    );
    return () => {
      current = false;
    };
  }, [media, mxc, here, width, height]);
  const mine = loaded && loaded.mxc === mxc ? loaded : null;
  return { url: here ?? mine?.url ?? null, failed: !here && mine?.url === null };
}

/** The blob address of a media file, `null` until it has loaded or when it cannot be had. */
export function useMediaUrl(mxc: string | null, width?: number, height?: number): string | null {
  return useMedia(mxc, width, height).url;
}
