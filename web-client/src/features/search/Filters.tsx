import { SlidersHorizontal } from "lucide-react";
import { useId, useState } from "react";
import { t } from "@/lib/i18n";
import type { Channel, Member } from "@/matrix/model";
import { type FilterKey, filterOf, withFilter } from "@/state/search-filters";
import { inputLook } from "@/ui/Field";
import { useValueOf } from "@/ui/workspace";

const NONE: readonly Member[] = [];

interface FiltersProps {
  channel: Channel;
  text: string;
  onChange: (text: string) => void;
}

/** The filters of a search to be chosen, for who does not want to type them. */
export function Filters({ channel, text, onChange }: FiltersProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const members = useValueOf((matrix) => matrix.members(channel.id), NONE).filter((member) => member.membership === "join");
  const from = filterOf(text, "from");
  const set = (key: FilterKey) => (event: { target: { value: string } }) => onChange(withFilter(text, key, event.target.value));
  return (
    <div>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className="flex h-8 items-center gap-2 rounded-lg px-1 text-sm text-ink-2 hover:text-ink">
        <SlidersHorizontal size={15} aria-hidden="true" />
        {t("Filters")}
      </button>
      {open && (
        <div id={id} className="mt-2 grid grid-cols-2 gap-2">
          <Choice label={t("From")}>
            {(control) => (
              <select id={control} className={inputLook} value={from} onChange={set("from")}>
                <option value="">{t("Anyone")}</option>
                {from && !members.some((member) => member.id === from) && <option value={from}>{from}</option>}
                {members.map((member) => (
                  <option key={member.id} value={member.id}>
                    {member.name}
                  </option>
                ))}
              </select>
            )}
          </Choice>
          <Choice label={t("With")}>
            {(control) => (
              <select id={control} className={inputLook} value={filterOf(text, "has")} onChange={set("has")}>
                <option value="">{t("Anything")}</option>
                <option value="link">{t("A link")}</option>
                <option value="file">{t("A file")}</option>
              </select>
            )}
          </Choice>
          <Choice label={t("From day")}>
            {(control) => (
              <input id={control} type="date" className={inputLook} value={filterOf(text, "after")} onChange={set("after")} />
            )}
          </Choice>
          <Choice label={t("Before day")}>
            {(control) => (
              <input id={control} type="date" className={inputLook} value={filterOf(text, "before")} onChange={set("before")} />
            )}
          </Choice>
        </div>
      )}
    </div>
  );
}

function Choice({ label, children }: { label: string; children: (id: string) => React.ReactNode }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-ink-3">
        {label}
      </label>
      {children(id)}
    </div>
  );
}
