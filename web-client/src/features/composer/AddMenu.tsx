import { ChartBarBig, MapPin, Paperclip, Plus } from "lucide-react";
import { useRef } from "react";
import { t } from "@/lib/i18n";
import { openDialog } from "@/state/dialogs";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";

interface AddMenuProps {
  channel: string;
  thread: string | null;
  onFiles: (files: File[]) => void;
}

/** What can be sent besides text. */
export function AddMenu({ channel, thread, onFiles }: AddMenuProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <IconButton label={t("Add to the message")}>
            <Plus size={18} />
          </IconButton>
        }
      >
        <MenuItem icon={<Paperclip size={15} />} onSelect={() => input.current?.click()}>
          {t("Attach files")}
        </MenuItem>
        <MenuItem icon={<ChartBarBig size={15} />} onSelect={() => openDialog({ type: "poll", channel, thread })}>
          {t("Ask a poll")}
        </MenuItem>
        <MenuItem icon={<MapPin size={15} />} onSelect={() => openDialog({ type: "place", channel, thread })}>
          {t("Share your location")}
        </MenuItem>
      </Menu>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("Files to attach")}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}
