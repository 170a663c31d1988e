import { type FormEvent, useState } from "react";
import { plural, t } from "@/lib/i18n";
import { permalink, serverOf } from "@/lib/ids";
import type { Channel } from "@/matrix/model";
import { Button } from "@/ui/Button";
import { Field, inputLook } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { useValueOf, useWorkspace } from "@/ui/workspace";

/** What a channel is, and for those who may the way to change it. */
export function DetailsPanel({ channel }: { channel: Channel }) {
  const { router, toasts, userId } = useWorkspace();
  const copy = () =>
    navigator.clipboard.writeText(permalink(channel.id, undefined, [serverOf(userId)])).then(
      () => toasts.show(t("Link copied")),
      (error) => toasts.problem(error),
    );
  return (
    <Panel title={t("Details")} detail={channel.name} onClose={() => router.go({ panel: null })}>
      <div className="min-h-0 flex-1 space-y-6 overflow-y-auto p-4">
        {channel.kind !== "dm" && <NameForm key={`${channel.id} ${channel.name} ${channel.topic}`} channel={channel} />}
        <dl className="space-y-3 text-sm">
          <Fact name={t("Access")}>{channel.kind === "public" ? t("Public: anyone can join") : t("Private: by invitation")}</Fact>
          <Fact name={t("Encryption")}>{channel.encrypted ? t("End-to-end encrypted") : t("Between you and the server")}</Fact>
          <Fact name={t("Members")}>{plural(channel.members, "{count} person", "{count} people")}</Fact>
          <Fact name={t("Identifier")}>
            <code className="text-xs break-all text-ink-2">{channel.id}</code>
          </Fact>
        </dl>
        <Button onClick={copy}>{t("Copy link to channel")}</Button>
      </div>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-medium text-ink-3">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}

function NameForm({ channel }: { channel: Channel }) {
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
      <Field label={t("Name")} value={name} disabled={!rights?.rename} required onChange={(event) => setName(event.target.value)} />
      <div>
        <label htmlFor="topic" className="mb-1 block text-sm font-medium">
          {t("Topic")}
        </label>
        <textarea id="topic" rows={3} value={topic} disabled={!rights?.retopic} onChange={(event) => setTopic(event.target.value)} className={`${inputLook} h-auto! py-2`} />
      </div>
      {changed && (
        <Button type="submit" look="primary" busy={busy} disabled={!name.trim()}>
          {t("Save")}
        </Button>
      )}
    </form>
  );
}
