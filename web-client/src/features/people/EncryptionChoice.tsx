import { ShieldCheck, ShieldOff } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { useValueOf, useWorkspace } from "@/ui/workspace";

/** Whether the channel is end-to-end encrypted, and for those who may the way to make it so. */
export function EncryptionChoice({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const confirm = () =>
    openDialog({
      type: "confirm",
      title: t("Encrypt {name}?", { name: channel.name }),
      text: t("From then on only its members can read what is written, not even the server. Messages can't be found with the server's search, bots and bridges may not understand them, and it can't be turned off again."),
      action: t("Turn on encryption"),
      danger: false,
      run: () => {
        closeDialog();
        void workspace.attempt((matrix) => matrix.encrypt(channel.id));
      },
    });
  const Icon = channel.encrypted ? ShieldCheck : ShieldOff;
  return (
    <section aria-label={t("Encryption")}>
      <h3 className="mb-1.5 text-sm font-medium">{t("Encryption")}</h3>
      <div className="flex items-start gap-2.5 rounded-lg border border-line-strong px-3 py-2.5">
        <Icon size={15} className={channel.encrypted ? "mt-0.5 shrink-0 text-accent-text" : "mt-0.5 shrink-0 text-ink-3"} aria-hidden="true" />
        <div className="min-w-0 flex-1 text-sm">
          <p className="font-medium">{channel.encrypted ? t("End-to-end encrypted") : t("Not end-to-end encrypted")}</p>
          <p className="text-xs text-ink-2">{channel.encrypted ? t("Only the people here can read the messages.") : t("The server keeps the messages in a form that it can read and search.")}</p>
          {!channel.encrypted && rights?.encrypt && (
            <Button className="mt-2 h-8" onClick={confirm}>
              {t("Turn on encryption")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
