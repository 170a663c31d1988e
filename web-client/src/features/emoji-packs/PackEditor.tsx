import { ImagePlus, SmilePlus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { CustomEmoji, EmojiPack } from "@/matrix/model";
import { addPictures } from "@/state/emoji-pack";
import { Button, IconButton } from "@/ui/Button";
import { Emoticon } from "@/ui/Emoticon";
import { Empty } from "@/ui/Empty";
import { useWorkspace } from "@/ui/workspace";
import { NameField } from "./NameField";

interface PackEditorProps {
  /** Whose pack: a channel's, or `null` for one's own. */
  channel: string | null;
  pack: EmojiPack;
  mayChange: boolean;
}

/** The pictures of a pack: add, name, remove. */
export function PackEditor({ channel, pack, mayChange }: PackEditorProps) {
  const workspace = useWorkspace();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const add = async (files: File[]) => {
    if (!files.length) return;
    setBusy(true);
    await workspace.attempt((matrix) => addPictures(matrix, channel, pack.emoji, files));
    setBusy(false);
  };
  const rename = (from: string, to: string) => workspace.attempt((matrix) => matrix.renameEmoji(channel, from, to));
  const remove = (emoji: CustomEmoji) => void workspace.attempt((matrix) => matrix.removeEmoji(channel, emoji.shortcode));
  const button = mayChange && (
    <Button look={pack.emoji.length ? "secondary" : "primary"} icon={<ImagePlus size={15} />} busy={busy} onClick={() => input.current?.click()}>
      {t("Add pictures")}
    </Button>
  );
  return (
    <div>
      {pack.emoji.length === 0 ? (
        <Empty icon={<SmilePlus size={22} aria-hidden="true" />} title={t("No emoji of your own here yet")} action={button || undefined}>
          {mayChange ? t("Small square pictures look best: PNG, WebP or GIF, up to 512 kB.") : t("Who may change this channel can add some.")}
        </Empty>
      ) : (
        <>
          <div className="flex items-center justify-between gap-3">
            <p className="text-sm text-ink-2">{plural(pack.emoji.length, "{count} emoji", "{count} emoji")}</p>
            {button}
          </div>
          <ul className="mt-3 divide-y divide-line rounded-xl border border-line" aria-label={pack.name}>
            {pack.emoji.map((emoji) => (
              <li key={emoji.mxc + emoji.shortcode} className="flex items-center gap-3 px-3 py-2">
                <span className="flex size-9 shrink-0 items-center justify-center">
                  <Emoticon mxc={emoji.mxc} alt="" className="max-h-8 max-w-9 object-contain" />
                </span>
                {mayChange ? (
                  <NameField shortcode={emoji.shortcode} taken={pack.emoji} onRename={(to) => rename(emoji.shortcode, to)} />
                ) : (
                  <span className="min-w-0 flex-1 truncate text-sm">:{emoji.shortcode}:</span>
                )}
                {mayChange && (
                  <IconButton label={t("Remove {name}", { name: `:${emoji.shortcode}:` })} onClick={() => remove(emoji)}>
                    <Trash2 size={16} />
                  </IconButton>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/png,image/webp,image/gif,image/jpeg,image/avif"
        aria-label={t("Pictures for emoji")}
        onChange={(event) => {
          void add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
