import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";

export function NewSpaceDialog() {
  const workspace = useWorkspace();
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const id = await workspace.attempt((matrix) => matrix.create({ name: name.trim(), topic: topic.trim(), visibility: open ? "public" : "private", encrypted: false, invite: [], isSpace: true }));
    setBusy(false);
    if (!id) return;
    closeDialog();
    workspace.spaces.choose(id);
    workspace.router.open(id);
  };
  return (
    <Dialog title={t("New workspace")} description={t("Holds the channels and people of a team, a company or a project together.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 overflow-y-auto px-5 pb-5">
        <Field label={t("Name")} autoFocus required maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        <Field label={t("Description")} hint={t("Optional.")} value={topic} onChange={(event) => setTopic(event.target.value)} />
        <Switch label={t("Anyone on the server can join")} hint={t("Otherwise people are invited.")} on={open} onChange={setOpen} />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
            {t("Create workspace")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
