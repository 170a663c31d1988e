import { ClientEvent, type MatrixClient } from "matrix-js-sdk/lib/client.js";
import { type Readable, Value } from "@/lib/observable";

/** Whom the person ignores, kept in step with the account data. */
export function ignoredBy(client: MatrixClient): Readable<ReadonlySet<string>> {
  const read = (): ReadonlySet<string> => new Set(client.getIgnoredUsers());
  const value = new Value(read());
  client.on(ClientEvent.AccountData, (event) => {
    if (event.getType() === "m.ignored_user_list") value.set(read());
  });
  return value;
}
