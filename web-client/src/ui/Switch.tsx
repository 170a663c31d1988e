import { type ReactNode, useId } from "react";
import { cx } from "./cx";

interface SwitchProps {
  label: string;
  hint?: ReactNode;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** A setting that is on or off, with what it does. */
export function Switch({ label, hint, on, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={cx("flex items-start gap-4", disabled && "opacity-60")}>
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="block truncate text-sm leading-6 font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-sm text-ink-2">
            {hint}
          </p>
        )}
      </div>
      <span className="relative h-6 w-10 shrink-0">
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={on}
          aria-checked={on}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className="size-full cursor-pointer appearance-none rounded-full border border-ink-3 bg-sunken transition-colors checked:border-accent checked:bg-accent disabled:cursor-not-allowed"
        />
        <span className={cx("pointer-events-none absolute top-1 size-4 rounded-full transition-[inset-inline-start]", on ? "start-5 bg-on-accent" : "start-1 bg-ink-3")} aria-hidden="true" />
      </span>
    </div>
  );
}
