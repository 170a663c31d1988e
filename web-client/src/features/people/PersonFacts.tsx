import { useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { timeIn } from "@/lib/time";
import type { ProfileFields } from "@/matrix/model";
import { useMinute, useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

/** What someone says of themselves: pronouns, and what time it is where they are. */
export function PersonFacts({ person }: { person: string }) {
  const matrix = useValue(useWorkspace().matrix);
  const [fields, setFields] = useState<ProfileFields | null>(null);
  const now = useMinute();
  useEffect(() => {
    let current = true;
    // A profile that can't be had says nothing more.
    matrix?.profile(person).then((found) => current && setFields(found), () => undefined);
    return () => {
      current = false;
    };
  }, [matrix, person]);
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
