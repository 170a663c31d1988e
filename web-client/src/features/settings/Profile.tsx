import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { useValue } from "@/ui/hooks";
import { PictureButtons } from "@/ui/PictureButtons";
import { useWorkspace } from "@/ui/workspace";
import { AboutMe } from "./AboutMe";

export function Profile() {
  const workspace = useWorkspace();
  const me = useValue(workspace.me);
  const [name, setName] = useState(me.name);
  const [busy, setBusy] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await workspace.attempt((matrix) => matrix.setName(name.trim()));
    setBusy(false);
  };
  return (
    <>
      <form onSubmit={save} className="max-w-sm space-y-6">
        <div className="flex items-center gap-4">
          <Avatar id={me.id} name={me.name} mxc={me.avatar} size="xl" />
          <PictureButtons label={t("Profile picture")} present={me.avatar !== null} onSet={(mxc) => workspace.attempt((matrix) => matrix.setAvatar(mxc))} />
        </div>
        <Field label={t("Display name")} hint={t("How others see you.")} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        <Field label={t("Identifier")} hint={t("Others find you by it. It can't be changed.")} value={me.id} readOnly />
        <Button type="submit" look="primary" busy={busy} disabled={!name.trim() || name.trim() === me.name}>
          {t("Save")}
        </Button>
      </form>
      <AboutMe />
    </>
  );
}
