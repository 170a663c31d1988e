import { ExternalLink, MapPin } from "lucide-react";
import { mapAddress, parseGeo } from "@/lib/geo";
import { t } from "@/lib/i18n";
import type { Message } from "@/matrix/model";

/** A place that someone shared, with the way to a map: none is loaded here, as that would tell a stranger who looks where. */
export function PlaceBody({ message }: { message: Message }) {
  const point = parseGeo(message.geo ?? "");
  if (!point) return <p>{message.body}</p>;
  const degrees = `${point.latitude.toFixed(5)}, ${point.longitude.toFixed(5)}`;
  return (
    <a
      href={mapAddress(point)}
      target="_blank"
      rel="noreferrer noopener"
      className="mt-1 flex w-full max-w-sm items-center gap-3 rounded-lg border border-line bg-raised p-2.5 hover:bg-hover"
    >
      <span className="flex size-10 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
        <MapPin size={20} aria-hidden="true" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{message.body.startsWith("geo:") ? t("Location") : message.body}</span>
        <span className="block truncate text-xs text-ink-3">
          {degrees}
          {point.accuracy > 0 && ` · ${t("within {metres} m", { metres: Math.round(point.accuracy) })}`}
        </span>
      </span>
      <ExternalLink size={16} className="shrink-0 text-ink-3" aria-hidden="true" />
      <span className="sr-only">{t("Open on a map")}</span>
    </a>
  );
}
