import { expect, test } from "vitest";
import { Value } from "@/lib/observable";
import type { Encryption } from "@/matrix/api";
import type { Verification } from "@/matrix/model";
import { dialog } from "./dialogs";
import { Toasts } from "./toasts";
import { watchVerifications } from "./verifications";

const ASKED: Verification = {
  id: "one",
  person: { id: "@ben:here", name: "Ben", avatar: null },
  own: false,
  incoming: true,
  state: "asked",
  emoji: [],
  code: null,
  canCompare: true,
  canScan: false,
  canShow: false,
};

test("a request is told of once, leads to its dialog, and goes when it is over", () => {
  const verifications = new Value<readonly Verification[]>([]);
  const toasts = new Toasts();
  watchVerifications({ verifications } as unknown as Encryption, toasts);
  verifications.set([ASKED]);
  verifications.set([{ ...ASKED }]);
  expect(toasts.list.get().map((toast) => toast.text)).toEqual(["Ben asks to compare keys."]);
  toasts.list.get()[0]?.action?.run();
  expect(dialog.get()).toEqual({ type: "verify", id: "one" });
  verifications.set([{ ...ASKED, state: "ready" }]);
  expect(toasts.list.get()).toEqual([]);
});

test("what one has begun oneself is not told of", () => {
  const verifications = new Value<readonly Verification[]>([]);
  const toasts = new Toasts();
  watchVerifications({ verifications } as unknown as Encryption, toasts);
  verifications.set([{ ...ASKED, incoming: false, state: "asking" }]);
  expect(toasts.list.get()).toEqual([]);
});
