import { Bell, Database, EyeOff, KeyRound, Monitor, Palette, ShieldCheck, SmilePlus, UserRound } from "lucide-react";
import { useState } from "react";
import { t } from "@/lib/i18n";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { OwnEmoji } from "@/features/emoji-packs";
import { EncryptionPage } from "@/features/encryption";
import { Appearance } from "./Appearance";
import { Devices } from "./Devices";
import { Notifications } from "./Notifications";
import { Password } from "./Password";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";
import { YourData } from "./YourData";

const PAGES = [
  { id: "profile", title: "Profile", icon: UserRound, view: Profile },
  { id: "appearance", title: "Appearance", icon: Palette, view: Appearance },
  { id: "emoji", title: "Emoji", icon: SmilePlus, view: OwnEmoji },
  { id: "notifications", title: "Notifications", icon: Bell, view: Notifications },
  { id: "privacy", title: "Privacy", icon: EyeOff, view: Privacy },
  { id: "password", title: "Password", icon: KeyRound, view: Password },
  { id: "encryption", title: "Encryption", icon: ShieldCheck, view: EncryptionPage },
  { id: "devices", title: "Devices", icon: Monitor, view: Devices },
  { id: "data", title: "Your data", icon: Database, view: YourData },
] as const;

export function SettingsDialog({ start, onClose }: { start: string | undefined; onClose: () => void }) {
  const [page, setPage] = useState<string>(start ?? PAGES[0].id);
  const current = PAGES.find((one) => one.id === page) ?? PAGES[0];
  return (
    <Dialog title={t("Settings")} onClose={onClose} wide>
      <div className="flex min-h-0 flex-1 border-t border-line max-[719px]:flex-col">
        <nav
          aria-label={t("Settings")}
          className="flex w-48 shrink-0 flex-col gap-0.5 overflow-x-auto border-e border-line bg-side p-2 max-[719px]:w-full max-[719px]:flex-row max-[719px]:border-e-0 max-[719px]:border-b"
        >
          {PAGES.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-current={one.id === page ? "page" : undefined}
              onClick={() => setPage(one.id)}
              className={cx(
                "flex h-9 shrink-0 items-center gap-2.5 rounded-lg px-3 text-sm focus-visible:outline-offset-[-2px] pointer-coarse:h-11",
                one.id === page ? "bg-active font-semibold" : "text-ink-2 hover:bg-hover",
              )}
            >
              <one.icon size={16} aria-hidden="true" />
              {t(one.title)}
            </button>
          ))}
        </nav>
        <div className="h-[26rem] min-w-0 flex-1 overflow-y-auto p-6 max-[719px]:h-[56dvh] max-[719px]:flex-none max-[719px]:p-4">
          <current.view />
        </div>
      </div>
    </Dialog>
  );
}
