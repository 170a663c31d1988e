import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Direction } from "matrix-js-sdk/lib/models/event-timeline.js";
import { t } from "@/lib/i18n";
import { type Matrix, RequestFailed } from "./api";
import { request } from "./client";
import type { LazyCryptoClient } from "./encryption/gate";

/** Events asked for at a time. */
const PAGE = 100;

export function ownData(client: LazyCryptoClient): Pick<Matrix, "ownData" | "history" | "deactivate"> {
  return {
    ownData: () =>
      request(async () => {
        const [profile, { devices }] = await Promise.all([client.getProfileInfo(client.getSafeUserId()), client.getDevices()]);
        const settings = Object.fromEntries([...client.store.accountData].map(([type, event]) => [type, event.getContent()]));
        return { profile, devices, settings };
      }),
    history: (channel, from) =>
      request(async () => {
        const { chunk, end } = await client.createMessagesRequest(channel, from, PAGE, Direction.Backward);
        const events = chunk.map((raw) => client.getEventMapper({ decrypt: false })(raw));
        if (events.some((event) => event.isEncrypted())) await client.gate.need();
        await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
        return { events: events.map((event) => event.getEffectiveEvent()), next: end && end !== from ? end : null };
      }),
    deactivate: (password, erase) => request(() => deactivate(client, password, erase)),
  };
}

/** The server wants to be shown the password; it says so to the first request. */
async function deactivate(client: LazyCryptoClient, password: string, erase: boolean): Promise<void> {
  try {
    await client.deactivateAccount(undefined, erase);
  } catch (error) {
    const asked = (error as MatrixError).data as { session?: string; flows?: unknown } | undefined;
    if (!asked?.flows) throw error;
    const auth = { type: "m.login.password", identifier: { type: "m.id.user", user: client.getSafeUserId() }, password, session: asked.session };
    await client.deactivateAccount(auth as never, erase).catch((refused: MatrixError) => {
      if (refused.errcode === "M_FORBIDDEN") throw new RequestFailed(t("The password is not right."), refused.errcode, refused.httpStatus);
      throw refused;
    });
  }
}
