import type { FormEvent } from "react";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";

interface Props {
  value: string;
  onChange: (value: string) => void;
  problem: string | null;
  busy: boolean;
  /** What the button that goes on says, and the one that goes back. */
  action: string;
  back: string;
  onSubmit: () => Promise<void>;
  onBack: () => void;
}

/** Asks for a recovery key. */
export function RecoveryKeyForm({ value, onChange, problem, busy, action, back, onSubmit, onBack }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <form onSubmit={submit} className="space-y-4 px-5 pb-5">
      <Field
        label={t("Recovery key")}
        autoComplete="off"
        spellCheck={false}
        autoFocus
        required
        error={problem ?? undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onBack}>{back}</Button>
        <Button type="submit" look="primary" busy={busy} disabled={!value.trim()}>
          {action}
        </Button>
      </div>
    </form>
  );
}
