import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { PictureButtons } from "@/ui/PictureButtons";
import { useValueOf, useWorkspace } from "@/ui/workspace";

/** A channel's picture, and for those who may the way to change it. */
export function ChannelPicture({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  if (!channel.avatar && !rights?.repicture) return null;
  const set = (mxc: string | null) => workspace.attempt((matrix) => matrix.setPicture(channel.id, mxc));
  return (
    <div className="flex items-center gap-4">
      <Avatar id={channel.id} name={channel.name} mxc={channel.avatar} size="xl" />
      {rights?.repicture && <PictureButtons label={t("Channel picture")} present={channel.avatar !== null} onSet={set} />}
    </div>
  );
}
