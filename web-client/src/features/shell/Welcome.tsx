import { t } from "@/lib/i18n";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

/** No channel is open. */
export function Welcome() {
  const { me } = useWorkspace();
  const person = useValue(me);
  return (
    <div className="flex h-full flex-col items-center justify-center px-6 text-center">
      <img src="/icon.svg" alt="" className="mb-5 size-14" />
      <h1 className="text-xl font-semibold tracking-tight">{t("Welcome, {name}", { name: person.name })}</h1>
      <p className="mt-1 max-w-sm text-sm text-balance text-ink-2">{t("Open a channel on the left, find one to join, or write to someone.")}</p>
      <div className="mt-5 flex gap-2">
        <Button look="primary" onClick={() => openDialog({ type: "browse" })}>
          {t("Browse channels")}
        </Button>
        <Button onClick={() => openDialog({ type: "direct" })}>{t("New message")}</Button>
      </div>
      <dl className="mt-10 grid grid-cols-[auto_auto] gap-x-4 gap-y-2 text-xs text-ink-3 pointer-coarse:hidden">
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="text-end">
              <kbd className="rounded border border-line-strong px-1.5 py-0.5 font-sans">{keys}</kbd>
            </dt>
            <dd className="text-start">{t(what)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

const SHORTCUTS = [
  ["Ctrl K", "Jump to a channel or person"],
  ["Ctrl Shift F", "Search messages"],
  ["Alt ↑ ↓", "Previous or next channel"],
  ["Alt Shift ↑ ↓", "Previous or next unread channel"],
  ["↑", "Edit your last message"],
  ["Esc", "Mark as read"],
] as const;
