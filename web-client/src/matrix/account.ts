import type { MatrixClient } from "matrix-js-sdk/lib/client.js";
import type { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import { t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import type { Value } from "@/lib/observable";
import { type Matrix, RequestFailed } from "./api";
import { request } from "./client";
import type { Person } from "./model";
import { passwordProof, withPassword } from "./password";

type AccountCalls = Pick<Matrix, "setName" | "setAvatar" | "setPresence" | "setIgnored" | "changePassword" | "devices" | "renameDevice" | "removeDevices">;

export function account(client: MatrixClient, me: Value<Person>): AccountCalls {
  return {
    setName: (name) =>
      request(async () => {
        await client.setDisplayName(name);
        me.update((person) => ({ ...person, name: name || localpart(person.id) }));
      }),
    setAvatar: (mxc) =>
      request(async () => {
        await client.setAvatarUrl(mxc ?? "");
        me.update((person) => ({ ...person, avatar: mxc }));
      }),
    setPresence: (state, status) =>
      request(async () => {
        await client.setSyncPresence(state as never);
        await client.setPresence({ presence: state, ...(status === undefined ? {} : { status_msg: status }) });
      }),
    setIgnored: (user, ignored) =>
      request(async () => {
        const rest = client.getIgnoredUsers().filter((id) => id !== user);
        await client.setIgnoredUsers(ignored ? [...rest, user] : rest);
      }),
    changePassword: (old, next) =>
      request(async () => {
        await client.setPassword(passwordProof(client, old), next, false).catch((error: MatrixError) => {
          if (error.errcode === "M_FORBIDDEN") throw new RequestFailed(t("The old password is not right."), error.errcode, error.httpStatus);
          throw error;
        });
      }),
    devices: () =>
      request(async () => {
        const { devices } = await client.getDevices();
        return devices.map((one) => ({
          id: one.device_id,
          name: one.display_name || one.device_id,
          lastSeen: one.last_seen_ts ?? 0,
          address: one.last_seen_ip ?? "",
          current: one.device_id === client.getDeviceId(),
        }));
      }),
    renameDevice: (id, name) =>
      request(async () => {
        await client.setDeviceDetails(id, { display_name: name });
      }),
    removeDevices: (ids, password) =>
      request(async () => {
        await withPassword(client, password, (proof) => client.deleteMultipleDevices(ids, proof ?? undefined));
      }),
  };
}
