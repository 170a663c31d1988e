import { type FormEvent, useEffect, useId, useState } from "react";
import { t } from "@/lib/i18n";
import type { ProfileFields } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { Field, inputLook } from "@/ui/Field";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

const EMPTY: ProfileFields = { pronouns: "", zone: "" };
const zones = (): readonly string[] => Intl.supportedValuesOf("timeZone");

/** What others see of one beside name and picture. */
export function AboutMe() {
  const workspace = useWorkspace();
  const matrix = useValue(workspace.matrix);
  const id = useId();
  const [kept, setKept] = useState(EMPTY);
  const [values, setValues] = useState(EMPTY);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    matrix?.profile(workspace.userId).then((found) => {
      setKept(found);
      setValues(found);
    }, () => undefined);
  }, [matrix, workspace.userId]);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const next = { ...values, pronouns: values.pronouns.trim() };
    const done = await workspace.attempt(async (connected) => {
      await connected.setProfile(next);
      return true;
    });
    setBusy(false);
    if (!done) return;
    setKept(next);
    workspace.toasts.show(t("Saved"));
  };
  return (
    <form onSubmit={save} className="mt-8 max-w-sm space-y-6 border-t border-line pt-6">
      <Field label={t("Pronouns")} placeholder={t("for example: she/her")} maxLength={60} value={values.pronouns} onChange={(event) => setValues({ ...values, pronouns: event.target.value })} />
      <div>
        <label htmlFor={id} className="mb-1 block text-sm font-medium">
          {t("Time zone")}
        </label>
        <select id={id} className={inputLook} value={values.zone} onChange={(event) => setValues({ ...values, zone: event.target.value })}>
          <option value="">{t("Not shown")}</option>
          {zones().map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll("_", " ")}
            </option>
          ))}
        </select>
        <p className="mt-1 text-xs text-ink-3">{t("Others see what time it is where you are.")}</p>
      </div>
      <Button type="submit" look="primary" busy={busy} disabled={values.pronouns.trim() === kept.pronouns && values.zone === kept.zone}>
        {t("Update details")}
      </Button>
    </form>
  );
}
