import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { deviceName } from "@/lib/device";
import { locale } from "@/lib/i18n";
import type { Pushing, PushTarget, PushWishes } from "./api";
import { request } from "./client";

// MSC4174 is not in the spec yet.
const KIND = "org.matrix.msc4174.webpush";
const APP = "chat.chatsphere.web";

interface Pusher {
  kind: string;
  app_id: string;
  pushkey: string;
  data: { url?: string; auth?: string; format?: string; events_only?: boolean };
}

export function pushing(client: MatrixClient): Pushing {
  const set = (pusher: object) =>
    request(async () => {
      await client.http.authedRequest(Method.Post, "/pushers/set", undefined, { app_id: APP, ...pusher });
    });
  return {
    key: () =>
      request(async () => {
        const all = (await client.getCapabilities()) as Record<string, { enabled?: boolean; vapid?: string } | undefined>;
        const said = all["m.webpush"] ?? all[KIND];
        return said?.enabled && said.vapid ? said.vapid.replace(/=+$/, "") : null;
      }),
    has: (target, wishes) =>
      request(async () => {
        const { pushers } = await client.http.authedRequest<{ pushers: Pusher[] }>(Method.Get, "/pushers");
        const wanted = dataOf(target, wishes);
        return pushers.some(({ app_id, pushkey, data }) => app_id === APP && pushkey === target.key && same(data, wanted));
      }),
    set: (target, wishes) =>
      set({ kind: KIND, pushkey: target.key, app_display_name: "ChatSphere", device_display_name: deviceName(), lang: locale().slice(0, 2), data: dataOf(target, wishes) }),
    remove: (key) => set({ kind: null, pushkey: key }),
  };
}

function dataOf({ endpoint, auth }: PushTarget, { text, counts }: PushWishes): Pusher["data"] {
  return { url: endpoint, auth, ...(text ? {} : { format: "event_id_only" }), ...(counts ? {} : { events_only: true }) };
}

function same(one: Pusher["data"], other: Pusher["data"]): boolean {
  return (["url", "auth", "format", "events_only"] as const).every((key) => one[key] === other[key]);
}
