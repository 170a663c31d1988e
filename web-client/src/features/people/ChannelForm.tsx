import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { Field, inputLook } from "@/ui/Field";
import { useValueOf, useWorkspace } from "@/ui/workspace";

/** Name and topic of a channel, for those who may change them. */
export function ChannelForm({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const [name, setName] = useState(channel.name);
  const [topic, setTopic] = useState(channel.topic);
  const [busy, setBusy] = useState(false);
  const changed = name.trim() !== channel.name || topic.trim() !== channel.topic;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await workspace.attempt(async (matrix) => {
      if (name.trim() !== channel.name) await matrix.rename(channel.id, name.trim());
      if (topic.trim() !== channel.topic) await matrix.retopic(channel.id, topic.trim());
    });
    setBusy(false);
  };
  return (
    <form onSubmit={save} className="space-y-4">
      <Field label={t("Name")} value={name} readOnly={!rights?.rename} required maxLength={80} onChange={(event) => setName(event.target.value)} />
      <div>
        <label htmlFor="topic" className="mb-1 block text-sm font-medium">
          {t("Topic")}
        </label>
        <textarea id="topic" rows={3} value={topic} readOnly={!rights?.retopic} onChange={(event) => setTopic(event.target.value)} className={`${inputLook} h-auto! py-2 read-only:border-line read-only:bg-sunken read-only:text-ink-2`} />
      </div>
      {changed && (
        <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
          {t("Save")}
        </Button>
      )}
    </form>
  );
}
