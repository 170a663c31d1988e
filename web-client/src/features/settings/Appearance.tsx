import { Monitor, Moon, Sun } from "lucide-react";
import { t } from "@/lib/i18n";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

const THEMES = [
  { value: "light", title: "Light", icon: Sun },
  { value: "dark", title: "Dark", icon: Moon },
  { value: "system", title: "As the system", icon: Monitor },
] as const;

export function Appearance() {
  const { theme } = useWorkspace();
  const current = useValue(theme.value);
  return (
    <fieldset>
      <legend className="mb-3 text-sm font-semibold">{t("Theme")}</legend>
      <div className="grid max-w-md grid-cols-3 gap-3">
        {THEMES.map((one) => (
          <label
            key={one.value}
            className={cx(
              "flex cursor-pointer flex-col items-center gap-2 rounded-xl border p-4 text-center has-focus-visible:outline-2 has-focus-visible:outline-accent",
              current === one.value ? "border-accent bg-accent-soft text-accent-text" : "border-line-strong text-ink-2 hover:bg-hover",
            )}
          >
            <input type="radio" name="theme" className="sr-only" checked={current === one.value} onChange={() => theme.set(one.value)} />
            <one.icon size={22} aria-hidden="true" />
            <span className="text-sm font-medium">{t(one.title)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
