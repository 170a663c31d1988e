import { Search } from "lucide-react";
import { lazy, Suspense } from "react";
import { t } from "@/lib/i18n";
import { openDialog } from "@/state/dialogs";
import { useValueOf } from "@/ui/workspace";
import { ChannelListView } from "./ChannelListView";
import { ConnectionNote } from "./ConnectionNote";
import { OwnHeader } from "./OwnHeader";
import { SpaceSwitch } from "./SpaceSwitch";

const EncryptionNote = lazy(() => import("@/features/encryption").then((module) => ({ default: module.EncryptionNote })));

/** The left side: who one is, the way to search, and the channels. */
export function Sidebar() {
  const encryption = useValueOf((matrix) => matrix.encryption.status, null);
  return (
    <nav aria-label={t("Channels")} className="flex h-full min-h-0 flex-col bg-side">
      <OwnHeader />
      <SpaceSwitch />
      <div className="px-3 pb-2">
        <button
          type="button"
          onClick={() => openDialog({ type: "switcher" })}
          className="flex h-8 w-full items-center gap-2 rounded-lg border border-line bg-canvas px-2.5 text-sm text-ink-3 hover:border-line-strong hover:text-ink-2 pointer-coarse:h-11"
        >
          <Search size={15} aria-hidden="true" />
          <span className="flex-1 text-start">{t("Jump to…")}</span>
          <kbd className="rounded border border-line px-1 font-sans text-2xs text-ink-3 pointer-coarse:hidden">Ctrl K</kbd>
        </button>
      </div>
      <ChannelListView />
      <ConnectionNote />
      {encryption?.state === "ready" && (
        <Suspense>
          <EncryptionNote />
        </Suspense>
      )}
    </nav>
  );
}
