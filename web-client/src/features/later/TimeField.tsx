import { t } from "@/lib/i18n";
import { fieldOf, zoneName } from "@/state/send-times";
import { Field } from "@/ui/Field";
import { useMinute } from "@/ui/hooks";
import type { TimeChoice } from "./useTime";

/** A day and a time of day, with the time zone that they are in. */
export function TimeField({ time }: { time: TimeChoice }) {
  const now = useMinute();
  return (
    <Field
      label={t("Date and time")}
      type="datetime-local"
      required
      min={fieldOf(now)}
      value={time.field}
      error={time.problem}
      hint={t("Your time zone: {zone}", { zone: zoneName(time.at ?? now) })}
      onChange={(event) => time.setField(event.target.value)}
    />
  );
}
