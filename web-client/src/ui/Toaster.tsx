import { X } from "lucide-react";
import { t } from "@/lib/i18n";
import { IconButton } from "./Button";
import { cx } from "./cx";
import { useValue } from "./hooks";
import { useWorkspace } from "./workspace";

/** The notices; read out politely. */
export function Toaster() {
  const { toasts } = useWorkspace();
  const list = useValue(toasts.list);
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-0 bottom-24 z-50 flex flex-col items-center gap-2 px-4">
      {list.map((toast) => (
        <div
          key={toast.id}
          className={cx(
            "appear pointer-events-auto flex max-w-md items-center gap-2 rounded-lg border py-1.5 ps-4 pe-1.5 text-sm shadow-pop",
            toast.tone === "problem" ? "border-danger/40 bg-danger-soft text-danger" : "border-line bg-raised text-ink",
          )}
        >
          <span className="py-1">{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="rounded-md px-2 py-1 font-semibold text-accent-text hover:bg-hover"
              onClick={() => {
                toast.action?.run();
                toasts.dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton size="sm" label={t("Dismiss")} onClick={() => toasts.dismiss(toast.id)}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
