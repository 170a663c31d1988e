import { CalendarClock, Hash, LayoutGrid, LogOut, MessageCircle, Monitor, Moon, Plus, Search, Settings, Smile, Sun } from "lucide-react";
import { t } from "@/lib/i18n";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { useValue } from "@/ui/hooks";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const THEMES = [
  { theme: "light", label: "Light", icon: <Sun size={15} /> },
  { theme: "dark", label: "Dark", icon: <Moon size={15} /> },
  { theme: "system", label: "As the system", icon: <Monitor size={15} /> },
] as const;

/** Who is signed in, with the menu of the account, and the button to begin something new. */
export function OwnHeader() {
  const workspace = useWorkspace();
  const me = useValue(workspace.me);
  const theme = useValue(workspace.theme.value);
  const connection = useValue(workspace.connection);
  const status = useValue(workspace.status.status);
  const hidden = useValue(workspace.status.hidden);
  const scheduled = useValue(workspace.scheduled.entries).length;
  const encryption = useValueOf((matrix) => matrix.encryption.status, null);
  const atRisk = encryption?.state === "ready" && encryption.verified && !encryption.recovery;
  const confirmSignOut = () =>
    openDialog({
      type: "confirm",
      title: t("Sign out?"),
      text: atRisk
        ? t("You have no recovery key. If you are signed in nowhere else, nobody will ever read your encrypted messages again. You can save a key in the settings, under Encryption. Drafts and unsent messages are removed too.")
        : t("Everything that ChatSphere keeps in this browser is removed: drafts and unsent messages too."),
      action: t("Sign out"),
      danger: true,
      run: () => {
        closeDialog();
        void workspace.signOut();
      },
    });
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 px-3">
      <Menu
        align="start"
        className="relative flex min-w-0 flex-1"
        trigger={
          <button type="button" className="flex min-w-0 flex-1 items-center gap-2.5 rounded-lg p-1.5 text-start hover:bg-hover data-[state=open]:bg-hover">
            <span className="sr-only">{t("Account of")}</span>
            <Avatar id={me.id} name={me.name} mxc={me.avatar} presence={connection === "live" && !hidden ? "online" : undefined} />
            <span className="min-w-0">
              <span className="block truncate text-sm leading-4 font-semibold">{me.name}</span>
              <span className="block truncate text-xs leading-4 text-ink-3">{status.text || me.id}</span>
            </span>
          </button>
        }
      >
        <MenuItem icon={<Smile size={15} />} onSelect={() => openDialog({ type: "status" })}>
          {status.text || t("Set a status")}
        </MenuItem>
        <MenuItem icon={<CalendarClock size={15} />} hint={scheduled || null} onSelect={() => openDialog({ type: "scheduled" })}>
          {t("Scheduled messages")}
        </MenuItem>
        <MenuItem icon={<Settings size={15} />} onSelect={() => openDialog({ type: "settings" })}>
          {t("Settings")}
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>{t("Appearance")}</MenuLabel>
        {THEMES.map((one) => (
          <MenuItem key={one.theme} icon={one.icon} hint={theme === one.theme ? "✓" : null} onSelect={() => workspace.theme.set(one.theme)}>
            {t(one.label)}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem danger icon={<LogOut size={15} />} onSelect={confirmSignOut}>
          {t("Sign out")}
        </MenuItem>
      </Menu>
      <Menu
        trigger={
          <IconButton label={t("New")}>
            <Plus size={18} />
          </IconButton>
        }
      >
        <MenuItem icon={<MessageCircle size={15} />} onSelect={() => openDialog({ type: "direct" })}>
          {t("New message")}
        </MenuItem>
        <MenuItem icon={<Hash size={15} />} onSelect={() => openDialog({ type: "create" })}>
          {t("New channel")}
        </MenuItem>
        <MenuItem icon={<LayoutGrid size={15} />} onSelect={() => openDialog({ type: "new-space" })}>
          {t("New workspace")}
        </MenuItem>
        <MenuItem icon={<Search size={15} />} onSelect={() => openDialog({ type: "browse" })}>
          {t("Browse channels")}
        </MenuItem>
      </Menu>
    </header>
  );
}
