import { Smile } from "lucide-react";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

const EmojiPopover = lazy(() => import("@/features/emoji").then((module) => ({ default: module.EmojiPopover })));

const SUGGESTIONS = ["📅 In a meeting", "🍜 At lunch", "🏠 Working from home", "🤒 Out sick", "🌴 On holiday"] as const;

const MINUTE = 60_000;
const ENDS = [
  { value: "never", label: "Never" },
  { value: "30m", label: "30 minutes" },
  { value: "1h", label: "1 hour" },
  { value: "4h", label: "4 hours" },
  { value: "today", label: "Today" },
] as const;
type End = (typeof ENDS)[number]["value"];

function endOf(end: End, now: number): number | null {
  if (end === "never") return null;
  if (end === "today") return new Date(now).setHours(24, 0, 0, 0);
  return now + { "30m": 30, "1h": 60, "4h": 240 }[end] * MINUTE;
}

/** What others see beside one's name, and for how long. */
export function StatusDialog() {
  const workspace = useWorkspace();
  const current = useValue(workspace.status.status);
  const [text, setText] = useState(current.text);
  const [end, setEnd] = useState<End>("never");
  const [picking, setPicking] = useState(false);
  const save = async (next: string) => {
    closeDialog();
    await workspace.attempt(() => workspace.status.set({ text: next.trim(), until: next.trim() ? endOf(end, Date.now()) : null }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(text);
  };
  return (
    <Dialog title={t("Your status")} description={t("Others see it beside your name.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 overflow-y-auto px-5 pb-5">
        <div className="flex gap-2">
          <span className="relative">
            <IconButton label={t("Emoji")} className="size-9! border border-line-strong pointer-coarse:size-11!" onClick={() => setPicking(true)}>
              <Smile size={18} />
            </IconButton>
            {picking && (
              <Suspense>
                <EmojiPopover onPick={(picked) => setText(`${picked.text} ${text}`.trimEnd())} onClose={() => setPicking(false)} />
              </Suspense>
            )}
          </span>
          <Field bare label={t("Status")} placeholder={t("What are you up to?")} className="flex-1" autoFocus maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <div className="flex flex-wrap gap-2">
          {SUGGESTIONS.map((one) => (
            <button key={one} type="button" onClick={() => setText(t(one))} className="h-8 rounded-full border border-line px-3 text-sm hover:bg-hover pointer-coarse:h-10">
              {t(one)}
            </button>
          ))}
        </div>
        <fieldset>
          <legend className="mb-1.5 text-sm font-medium">{t("Clear it after")}</legend>
          <div className="flex flex-wrap gap-1.5">
            {ENDS.map((one) => (
              <label
                key={one.value}
                className={cx(
                  "flex h-8 cursor-pointer items-center rounded-lg border px-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:h-10",
                  end === one.value ? "border-accent bg-accent-soft text-accent-text" : "border-line-strong text-ink-2 hover:bg-hover",
                )}
              >
                <input type="radio" name="end" className="sr-only" checked={end === one.value} onChange={() => setEnd(one.value)} />
                {t(one.label)}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="flex justify-end gap-2">
          {current.text && (
            <Button className="me-auto" onClick={() => void save("")}>
              {t("Clear status")}
            </Button>
          )}
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary">
            {t("Save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
