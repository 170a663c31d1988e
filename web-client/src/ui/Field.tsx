import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";
import { cx } from "./cx";

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is read out but not drawn. */
  bare?: boolean;
  lead?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export const inputLook =
  "h-9 w-full rounded-lg border border-line-strong bg-canvas px-3 text-sm text-ink focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 pointer-coarse:h-11 pointer-coarse:text-base";

export function Field({ label, hint, error, bare = false, lead, className, ...rest }: FieldProps) {
  const id = useId();
  const described = error || hint ? `${id}-more` : undefined;
  return (
    <div className={className}>
      <label htmlFor={id} className={bare ? "sr-only" : "mb-1 block text-sm font-medium text-ink"}>
        {label}
      </label>
      <div className="relative">
        {lead && <span className="pointer-events-none absolute inset-y-0 start-0 flex items-center ps-3 text-ink-3">{lead}</span>}
        <input
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          className={cx(inputLook, Boolean(lead) && "ps-9", error && "border-danger", rest.readOnly && "border-line! bg-sunken! text-ink-2!")}
          {...rest}
        />
      </div>
      {(error || hint) && (
        <p id={described} className={cx("mt-1 text-xs", error ? "text-danger" : "text-ink-3")}>
          {error || hint}
        </p>
      )}
    </div>
  );
}
