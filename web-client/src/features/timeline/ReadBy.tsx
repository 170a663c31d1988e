import { t } from "@/lib/i18n";
import type { Person } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";

const SHOWN = 4;

/** Small faces of those who have read up to here. */
export function ReadBy({ people }: { people: readonly Person[] }) {
  const label = t("Read by {names}", { names: people.map((person) => person.name).join(", ") });
  const rest = people.length - SHOWN;
  return (
    <span className="absolute end-2 bottom-0.5 flex items-center -space-x-1 rtl:space-x-reverse" role="img" aria-label={label} title={label}>
      {people.slice(0, SHOWN).map((person) => (
        <Avatar key={person.id} id={person.id} name={person.name} mxc={person.avatar} size="xs" className="rounded ring-2 ring-canvas" />
      ))}
      {rest > 0 && <span className="ps-2 text-2xs text-ink-3">+{rest}</span>}
    </span>
  );
}
