import { Camera, Trash2 } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

export function Profile() {
  const workspace = useWorkspace();
  const me = useValue(workspace.me);
  const [name, setName] = useState(me.name);
  const [busy, setBusy] = useState<"name" | "picture" | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy("name");
    await workspace.attempt((matrix) => matrix.setName(name.trim()));
    setBusy(null);
  };
  const setPicture = async (file: File | undefined) => {
    if (!file) return;
    setBusy("picture");
    await workspace.attempt(async (matrix) => {
      const limits = await matrix.uploadLimits();
      if (limits.maxSize !== null && file.size > limits.maxSize) throw new Error(t("That picture is larger than the server allows."));
      await matrix.setAvatar(await matrix.upload(file, file.name, () => undefined).done);
    });
    setBusy(null);
  };
  return (
    <form onSubmit={save} className="max-w-sm space-y-6">
      <div className="flex items-center gap-4">
        <Avatar id={me.id} name={me.name} mxc={me.avatar} size="xl" />
        <div className="flex flex-col items-start gap-2">
          <Button icon={<Camera size={15} />} busy={busy === "picture"} onClick={() => input.current?.click()}>
            {t("Choose a picture")}
          </Button>
          {me.avatar && (
            <Button look="ghost" icon={<Trash2 size={15} />} onClick={() => void workspace.attempt((matrix) => matrix.setAvatar(null))}>
              {t("Remove picture")}
            </Button>
          )}
          <input ref={input} type="file" accept="image/*" hidden aria-label={t("Profile picture")} onChange={(event) => void setPicture(event.target.files?.[0])} />
        </div>
      </div>
      <Field label={t("Display name")} hint={t("How others see you.")} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
      <Field label={t("Identifier")} hint={t("Others find you by it. It can't be changed.")} value={me.id} readOnly />
      <Button type="submit" look="primary" busy={busy === "name"} disabled={!name.trim() || name.trim() === me.name}>
        {t("Save")}
      </Button>
    </form>
  );
}
