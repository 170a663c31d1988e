import { t } from "@/lib/i18n";
import type { NotifierState } from "@/state/notifier";
import { useValue } from "@/ui/hooks";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";

const HINTS: Readonly<Record<NotifierState, string>> = {
  on: "While ChatSphere is open but you look at something else.",
  off: "While ChatSphere is open but you look at something else.",
  blocked: "This browser blocks notifications of this page. Allow them in the browser's settings for it.",
  unsupported: "This browser has no notifications.",
};

export function Notifications() {
  const { notifier } = useWorkspace();
  const state = useValue(notifier.state);
  return (
    <div className="max-w-md space-y-6">
      <Switch
        label={t("Notify me on this device")}
        hint={t(HINTS[state])}
        on={state === "on"}
        disabled={state === "blocked" || state === "unsupported"}
        onChange={(on) => void notifier.set(on)}
      />
      <p className="text-sm text-ink-2">{t("What each channel tells you of is in the menu of the channel: every message, only those that name you, or nothing.")}</p>
    </div>
  );
}
