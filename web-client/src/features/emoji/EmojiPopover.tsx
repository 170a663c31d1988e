import * as Popover from "@radix-ui/react-popover";
import { rememberEmoji } from "@/lib/emoji";
import { constant } from "@/lib/observable";
import type { EmojiPack } from "@/matrix/model";
import { useValueOf } from "@/ui/workspace";
import { EmojiPicker, type Picked } from "./EmojiPicker";

const NO_PACKS: readonly EmojiPack[] = [];
const NONE = constant(NO_PACKS);

interface EmojiPopoverProps {
  /** Where it is picked for: its pictures are offered too. None are without it. */
  channel?: string;
  onPick: (picked: Picked) => void;
  onClose: () => void;
}

/** The picker, floating at the element that it stands in. Closes after a choice, with Escape, and by a click beside it. */
export function EmojiPopover({ channel, onPick, onClose }: EmojiPopoverProps) {
  const packs = useValueOf((matrix) => (channel ? matrix.emojiPacks(channel) : NONE), NO_PACKS);
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor className="absolute inset-0 -z-10" />
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} collisionPadding={8} className="appear z-50 rounded-xl border border-line bg-raised shadow-pop">
          <EmojiPicker
            packs={packs}
            onPick={(picked) => {
              if (!picked.custom) rememberEmoji(picked.text);
              onPick(picked);
              onClose();
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
