import { t } from "@/lib/i18n";
import type { NotifierState } from "@/state/notifier";
import type { PushState } from "@/state/push";
import { useValue } from "@/ui/hooks";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";

const BLOCKED = "This browser blocks notifications of this page. Allow them in the browser's settings for it.";

const HINTS: Readonly<Record<NotifierState, string>> = {
  on: "While ChatSphere is open but you look at something else.",
  off: "While ChatSphere is open but you look at something else.",
  blocked: BLOCKED,
  unsupported: "This browser has no notifications.",
};

const PUSH = "Your server tells this browser, encrypted, through the push service of the browser's maker.";

const PUSH_HINTS: Readonly<Record<PushState, string>> = {
  on: PUSH,
  off: PUSH,
  starting: "One moment…",
  ending: "One moment…",
  blocked: BLOCKED,
  unsupported: "This browser can't be told of anything while the page is closed.",
  unavailable: "Your server can't tell browsers of anything while the page is closed.",
};

export function Notifications() {
  const workspace = useWorkspace();
  const { notifier, push } = workspace;
  const state = useValue(notifier.state);
  const pushState = useValue(push.state);
  const text = useValue(push.text);
  return (
    <div className="max-w-md space-y-6">
      <Switch
        label={t("Notify me on this device")}
        hint={t(HINTS[state])}
        on={state === "on"}
        disabled={state === "blocked" || state === "unsupported"}
        onChange={(on) => void notifier.set(on)}
      />
      <Switch
        label={t("Notify me when ChatSphere is closed")}
        hint={t(PUSH_HINTS[pushState])}
        on={pushState === "on" || pushState === "starting"}
        disabled={pushState !== "on" && pushState !== "off" && pushState !== "unavailable"}
        onChange={(on) => void workspace.attempt(() => push.set(on))}
      />
      {pushState === "on" && (
        <Switch
          label={t("Show who writes what")}
          hint={t("When it is off, a notification only says that there is something new. Encrypted messages are never shown.")}
          on={text}
          onChange={(on) => void workspace.attempt(() => push.setText(on))}
        />
      )}
      <p className="text-sm text-ink-2">{t("What each channel tells you of is in the menu of the channel: every message, only those that name you, or nothing.")}</p>
    </div>
  );
}
