import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { Dialog } from "@/ui/Dialog";
import { Spinner } from "@/ui/Spinner";
import { Switch } from "@/ui/Switch";
import { useChannel, useValueOf, useWorkspace } from "@/ui/workspace";
import { PackEditor } from "./PackEditor";

/** The emoji of a channel, for everyone in it. */
export function ChannelEmojiDialog({ channel }: { channel: string }) {
  const workspace = useWorkspace();
  const name = useChannel(channel)?.name ?? "";
  const pack = useValueOf((matrix) => matrix.emojiPack(channel), null);
  const rights = useValueOf((matrix) => matrix.rights(channel), null);
  const everywhere = useValueOf((matrix) => matrix.usedEverywhere(channel), false);
  return (
    <Dialog title={t("Emoji of {name}", { name })} description={t("Everyone in it can use them here.")} onClose={closeDialog}>
      <div className="min-h-0 space-y-5 overflow-y-auto px-5 pb-5">
        {pack ? <PackEditor channel={channel} pack={pack} mayChange={rights?.emoji === true} /> : <Spinner className="mx-auto my-10 text-ink-3" />}
        {pack && pack.emoji.length > 0 && (
          <Switch
            label={t("Use them in all my channels")}
            hint={t("Others see the pictures wherever you write them.")}
            on={everywhere}
            onChange={(on) => void workspace.attempt((matrix) => matrix.setUsedEverywhere(channel, on))}
          />
        )}
      </div>
    </Dialog>
  );
}
