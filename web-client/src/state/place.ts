import { t } from "@/lib/i18n";
import type { OutgoingContent } from "./outbox";

/** The content of a location message: `m.location`, with the extensible form (MSC3488) beside it. */
export function placeContent(latitude: number, longitude: number, accuracy: number, description: string, now: number): OutgoingContent {
  const uri = `geo:${latitude.toFixed(6)},${longitude.toFixed(6)};u=${Math.round(accuracy)}`;
  const body = description || t("Location: {latitude}, {longitude}", { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) });
  return {
    msgtype: "m.location",
    body,
    geo_uri: uri,
    "org.matrix.msc3488.location": { uri, ...(description ? { description } : {}) },
    "org.matrix.msc3488.asset": { type: "m.self" },
    "org.matrix.msc3488.ts": now,
    "org.matrix.msc1767.text": body,
    "m.mentions": {},
  };
}
