import { LockKeyhole, MessageSquareOff } from "lucide-react";
import { t } from "@/lib/i18n";

/** In place of the composer where one cannot write, with the reason. */
export function NoComposer({ encrypted }: { encrypted: boolean }) {
  const Icon = encrypted ? LockKeyhole : MessageSquareOff;
  return (
    <div className="px-4 pb-4">
      <p className="flex items-center gap-2.5 rounded-xl border border-line bg-sunken px-4 py-3 text-sm text-ink-2">
        <Icon size={16} className="shrink-0" aria-hidden="true" />
        {encrypted
          ? t("This channel is end-to-end encrypted. Its messages can't be read or written here yet.")
          : t("You may read here, but not write.")}
      </p>
    </div>
  );
}
