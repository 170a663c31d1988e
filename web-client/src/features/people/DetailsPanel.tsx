import { Flag, Link2, SmilePlus } from "lucide-react";
import { plural, t } from "@/lib/i18n";
import { permalink, serverOf } from "@/lib/ids";
import type { Channel } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { useWorkspace } from "@/ui/workspace";
import { AccessChoice } from "./AccessChoice";
import { ChannelFate } from "./ChannelFate";
import { ChannelForm } from "./ChannelForm";
import { ChannelPicture } from "./ChannelPicture";
import { EncryptionChoice } from "./EncryptionChoice";

/** What a channel is, and for those who may the way to change it. */
export function DetailsPanel({ channel }: { channel: Channel }) {
  const { router, toasts, userId } = useWorkspace();
  const copy = () =>
    navigator.clipboard.writeText(permalink(channel.id, undefined, [serverOf(userId)])).then(
      () => toasts.show(t("Link copied")),
      (error) => toasts.problem(error),
    );
  const direct = channel.kind === "dm";
  return (
    <Panel title={t("Details")} detail={channel.name} onClose={() => router.go({ panel: null })}>
      <div className="min-h-0 flex-1 space-y-6 overflow-y-auto p-4">
        {!direct && (
          <>
            <ChannelPicture channel={channel} />
            <ChannelForm key={`${channel.id} ${channel.name} ${channel.topic}`} channel={channel} />
            <AccessChoice channel={channel} />
          </>
        )}
        {channel.kind !== "space" && <EncryptionChoice channel={channel} />}
        <dl className="space-y-3 text-sm">
          <Fact name={t("Members")}>{plural(channel.members, "{count} person", "{count} people")}</Fact>
          <Fact name={t("Identifier")}>
            <code className="text-xs break-all text-ink-2">{channel.id}</code>
          </Fact>
        </dl>
        {!direct && <ChannelFate channel={channel} />}
        <div className="flex flex-wrap gap-2">
          {channel.kind !== "space" && (
            <Button icon={<SmilePlus size={15} />} onClick={() => openDialog({ type: "channel-emoji", channel: channel.id })}>
              {t("Emoji")}
            </Button>
          )}
          <Button icon={<Link2 size={15} />} onClick={copy}>
            {t("Copy link")}
          </Button>
          <Button icon={<Flag size={15} />} onClick={() => openDialog({ type: "report", channel: channel.id, event: null, name: channel.name })}>
            {t("Report")}
          </Button>
        </div>
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
