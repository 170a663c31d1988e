import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { Matrix } from "./api";
import { request } from "./client";
import type { ProfileFields } from "./model";

/** Fields of a profile beside name and picture: `m.tz` is in the spec, pronouns are MSC4247. */
const ZONE = "m.tz";
const PRONOUNS = "io.fsky.nyx.pronouns";
const V3 = { prefix: "/_matrix/client/v3" };

export function profiles(client: MatrixClient): Pick<Matrix, "profile" | "setProfile" | "reportPerson"> {
  const path = (user: string, field?: string) => ["", "profile", user, ...(field ? [field] : [])].map(encodeURIComponent).join("/");
  return {
    profile: (user) => request(async () => fieldsOf(await client.http.authedRequest<Record<string, unknown>>(Method.Get, path(user), undefined, undefined, V3))),
    setProfile: (fields) =>
      request(async () => {
        const me = client.getSafeUserId();
        const set = async (field: string, value: unknown) => {
          if (value) await client.http.authedRequest(Method.Put, path(me, field), undefined, { [field]: value }, V3);
          else await client.http.authedRequest(Method.Delete, path(me, field), undefined, undefined, V3);
        };
        await set(ZONE, fields.zone);
        await set(PRONOUNS, fields.pronouns && [{ language: navigator.language, summary: fields.pronouns }]);
      }),
    reportPerson: (user, reason) =>
      request(async () => {
        await client.http.authedRequest(Method.Post, `/users/${encodeURIComponent(user)}/report`, undefined, { reason }, V3);
      }),
  };
}

function fieldsOf(profile: Record<string, unknown>): ProfileFields {
  const pronouns = profile[PRONOUNS];
  const first: unknown = Array.isArray(pronouns) ? (pronouns[0] as { summary?: unknown } | undefined)?.summary : undefined;
  return { zone: zoneOf(profile[ZONE]), pronouns: typeof first === "string" ? first.slice(0, 60) : "" };
}

/** A time zone that this browser knows; empty for any other text. */
function zoneOf(value: unknown): string {
  if (typeof value !== "string") return "";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return "";
  }
}
