import { Archive, ArchiveRestore, ArrowUpCircle } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Matrix } from "@/matrix/api";
import type { Channel } from "@/matrix/model";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { useAnswer, useValueOf, useWorkspace } from "@/ui/workspace";

const versionsOf = (matrix: Matrix, channel: string) => matrix.versions(channel);

/** The room version of a channel, and for those who may: to upgrade it, to archive it, and to bring it back. */
export function ChannelFate({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const versions = useAnswer(versionsOf, channel.id);
  const setArchived = (archived: boolean) => {
    closeDialog();
    void workspace.attempt((matrix) => matrix.setArchived(channel.id, archived));
  };
  const archive = () =>
    openDialog({ type: "confirm", title: t("Archive {name}?", { name: channel.name }), text: t("It stays to be read and searched. Nobody but its admins can write, until it is brought back."), action: t("Archive"), danger: false, run: () => setArchived(true) });
  const upgrade = async (version: string) => {
    closeDialog();
    const successor = await workspace.attempt((matrix) => matrix.upgrade(channel.id, version));
    if (successor) workspace.router.open(successor);
  };
  const confirmUpgrade = (version: string) =>
    openDialog({ type: "confirm", title: t("Upgrade {name}?", { name: channel.name }), text: t("It goes on in a new room of version {version}. The history stays in the old one, and members are led to the new one.", { version }), action: t("Upgrade"), danger: false, run: () => void upgrade(version) });
  return (
    <section className="space-y-3">
      {versions && (
        <p className="text-sm">
          <span className="block text-xs font-medium text-ink-3">{t("Room version")}</span>
          {versions.now}
        </p>
      )}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {rights?.upgrade && versions && versions.now !== versions.best && !channel.successor && (
          <Button icon={<ArrowUpCircle size={15} />} onClick={() => confirmUpgrade(versions.best)}>
            {t("Upgrade to version {version}", { version: versions.best })}
          </Button>
        )}
        {rights?.roles && channel.kind !== "space" && (
          <Button icon={channel.archived ? <ArchiveRestore size={15} /> : <Archive size={15} />} onClick={channel.archived ? () => setArchived(false) : archive}>
            {channel.archived ? t("Bring back") : t("Archive channel")}
          </Button>
        )}
      </div>
    </section>
  );
}
