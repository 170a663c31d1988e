import * as Popover from "@radix-ui/react-popover";
import { rememberEmoji } from "@/lib/emoji";
import { EmojiPicker } from "./EmojiPicker";

interface EmojiPopoverProps {
  onPick: (char: string) => void;
  onClose: () => void;
}

/** The picker, floating at the element that it stands in. Closes after a choice, with Escape, and by a click beside it. */
export function EmojiPopover({ onPick, onClose }: EmojiPopoverProps) {
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor className="absolute inset-0 -z-10" />
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} collisionPadding={8} className="appear z-50 rounded-xl border border-line bg-raised shadow-pop">
          <EmojiPicker
            onPick={(char) => {
              rememberEmoji(char);
              onPick(char);
              onClose();
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
