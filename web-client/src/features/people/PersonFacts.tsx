import { t } from "@/lib/i18n";
import { timeIn } from "@/lib/time";
import type { Matrix } from "@/matrix/api";
import { useMinute } from "@/ui/hooks";
import { useAnswer } from "@/ui/workspace";

const profileOf = (matrix: Matrix, person: string) => matrix.profile(person);

/** What someone says of themselves: pronouns, and what time it is where they are. */
export function PersonFacts({ person }: { person: string }) {
  // A profile that can't be had says nothing more.
  const fields = useAnswer(profileOf, person);
  const now = useMinute();
  if (!fields) return null;
  return (
    <>
      {fields.pronouns && <p className="mt-1 text-ink-2">{fields.pronouns}</p>}
      {fields.zone && (
        <p className="mt-1 text-ink-3" title={fields.zone}>
          {t("{time} local time", { time: timeIn(fields.zone, now) })}
        </p>
      )}
    </>
  );
}
