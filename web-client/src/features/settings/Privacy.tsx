import { t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { useValue } from "@/ui/hooks";
import { Switch } from "@/ui/Switch";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const NOBODY: ReadonlySet<string> = new Set();

export function Privacy() {
  const workspace = useWorkspace();
  const hidden = useValue(workspace.status.hidden);
  const ignored = useValueOf((matrix) => matrix.ignored, NOBODY);
  return (
    <div className="max-w-md space-y-8">
      <Switch
        label={t("Appear offline")}
        hint={t("Others don't see when you are here, nor your status.")}
        on={hidden}
        onChange={(on) => void workspace.attempt(() => workspace.status.hide(on))}
      />
      <section>
        <h3 className="text-sm font-semibold">{t("Ignored people")}</h3>
        <p className="mt-1 text-sm text-ink-2">{ignored.size ? t("You don't see what they write.") : t("You ignore nobody. It is done from someone's profile.")}</p>
        {ignored.size > 0 && (
          <ul className="mt-3 divide-y divide-line rounded-xl border border-line">
            {[...ignored].map((id) => (
              <li key={id} className="flex items-center gap-3 px-4 py-2.5">
                <Avatar id={id} name={localpart(id)} mxc={null} />
                <span className="min-w-0 flex-1 truncate text-sm">{id}</span>
                <Button className="h-8" aria-label={t("Ignore {name} no more", { name: id })} onClick={() => void workspace.attempt((matrix) => matrix.setIgnored(id, false))}>
                  {t("Ignore no more")}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
