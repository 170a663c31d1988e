import { t } from "@/lib/i18n";
import type { Encryption } from "@/matrix/api";
import type { Verification } from "@/matrix/model";
import { openDialog } from "./dialogs";
import type { Toasts } from "./toasts";

/** As long as a request can be answered. Milliseconds. */
const SHOWN_MS = 10 * 60_000;

/** Tells of each request to compare keys that comes in, wherever the person is; gone when it is over. */
export function watchVerifications(encryption: Encryption, toasts: Toasts): void {
  const told = new Map<string, number>();
  encryption.verifications.subscribe(() => {
    const asked = encryption.verifications.get().filter((one) => one.state === "asked");
    for (const [id, toast] of told) {
      if (asked.some((one) => one.id === id)) continue;
      toasts.dismiss(toast);
      told.delete(id);
    }
    for (const one of asked) {
      if (told.has(one.id)) continue;
      const action = { label: t("Answer"), run: () => openDialog({ type: "verify", id: one.id }) };
      told.set(one.id, toasts.show(textOf(one), { ms: SHOWN_MS, action }));
    }
  });
}

function textOf(one: Verification): string {
  return one.own ? t("A device of yours asks to be confirmed.") : t("{name} asks to compare keys.", { name: one.person.name });
}
