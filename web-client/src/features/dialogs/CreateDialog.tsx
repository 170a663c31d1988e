import { Hash, Lock, Users } from "lucide-react";
import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { useValue } from "@/ui/hooks";
import { useChannel, useWorkspace } from "@/ui/workspace";

const ACCESS = [
  { value: "public", icon: Hash, title: "Public", text: "Anyone on the server can find and join it." },
  { value: "private", icon: Lock, title: "Private", text: "Only people who are invited can join." },
] as const;

/** The choice that a workspace adds. */
const MEMBERS = { value: "members", icon: Users, title: "Workspace", text: "Its members can find and join it." } as const;

/** Makes a channel, in the workspace that it was begun from, or that is chosen. */
export function CreateDialog({ space: begun }: { space: string | undefined }) {
  const workspace = useWorkspace();
  const chosen = useValue(workspace.spaces.chosen);
  const space = useChannel(begun ?? chosen);
  const choices = space ? [MEMBERS, ...ACCESS] : ACCESS;
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [visibility, setVisibility] = useState<"public" | "private" | "members">(space ? "members" : "public");
  const [encrypted, setEncrypted] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const id = await workspace.attempt((matrix) => matrix.create({ name: name.trim(), topic: topic.trim(), visibility, encrypted: encrypted && visibility !== "public", invite: [], space: space?.id ?? null }));
    setBusy(false);
    if (!id) return;
    closeDialog();
    workspace.router.open(id);
  };
  return (
    <Dialog title={t("New channel")} description={space ? t("In {name}.", { name: space.name }) : t("A place for one topic, team or project.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 overflow-y-auto px-5 pb-5">
        <Field label={t("Name")} placeholder={t("for example: design-review")} autoFocus required maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        <Field label={t("Topic")} hint={t("Optional. Says what belongs here.")} value={topic} onChange={(event) => setTopic(event.target.value)} />
        <fieldset>
          <legend className="mb-1 text-sm font-medium">{t("Who can join")}</legend>
          <div className={cx("grid gap-2", space ? "grid-cols-3 max-[480px]:grid-cols-1" : "grid-cols-2")}>
            {choices.map((one) => (
              <label
                key={one.value}
                className={cx(
                  "cursor-pointer rounded-lg border p-3 has-focus-visible:outline-2 has-focus-visible:outline-accent",
                  visibility === one.value ? "border-accent bg-accent-soft" : "border-line-strong hover:bg-hover",
                )}
              >
                <input type="radio" name="access" value={one.value} checked={visibility === one.value} onChange={() => setVisibility(one.value)} className="sr-only" />
                <span className="flex items-center gap-1.5 font-semibold">
                  <one.icon size={15} aria-hidden="true" />
                  {t(one.title)}
                </span>
                <span className="mt-1 block text-xs text-ink-2">{t(one.text)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {visibility !== "public" && (
          <Switch
            label={t("End-to-end encrypted")}
            hint={t("Not even the server can read it. Its search and most bots don't work there, and it can't be turned off later.")}
            on={encrypted}
            onChange={setEncrypted}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
            {t("Create channel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
