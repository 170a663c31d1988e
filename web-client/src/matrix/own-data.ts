import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { Direction } from "matrix-js-sdk/lib/models/event-timeline.js";
import { t } from "@/lib/i18n";
import { type Matrix, RequestFailed } from "./api";
import { request } from "./client";
import type { LazyCryptoClient } from "./encryption/gate";
import { withPassword } from "./password";

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

async function deactivate(client: LazyCryptoClient, password: string, erase: boolean): Promise<void> {
  await withPassword(client, async () => password, async (proof) => {
    if (!proof) return client.deactivateAccount(undefined, erase);
    return client.deactivateAccount(proof, erase).catch((refused: MatrixError) => {
      if (refused.errcode === "M_FORBIDDEN") throw new RequestFailed(t("The password is not right."), refused.errcode, refused.httpStatus);
      throw refused;
    });
  });
}
