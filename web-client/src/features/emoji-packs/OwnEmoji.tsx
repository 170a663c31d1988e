import { t } from "@/lib/i18n";
import { Spinner } from "@/ui/Spinner";
import { useValueOf } from "@/ui/workspace";
import { PackEditor } from "./PackEditor";

/** One's own emoji, for all channels. */
export function OwnEmoji() {
  const pack = useValueOf((matrix) => matrix.emojiPack(null), null);
  if (!pack) return <Spinner className="mx-auto mt-10 text-ink-3" />;
  return (
    <div className="max-w-lg">
      <h3 className="text-sm font-semibold">{t("Your emoji")}</h3>
      <p className="mt-1 mb-4 text-sm text-ink-2">{t("Use them in every channel: write :name:, or pick them where you pick emoji. Channels can have their own, under their details.")}</p>
      <PackEditor channel={null} pack={pack} mayChange />
    </div>
  );
}
