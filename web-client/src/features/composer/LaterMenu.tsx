import { CalendarClock, ChevronDown, Clock } from "lucide-react";
import { t } from "@/lib/i18n";
import { clockTime, comingLabel } from "@/lib/time";
import type { ComposerModel } from "@/state/composer";
import { openDialog } from "@/state/dialogs";
import { sendTimes, zoneName } from "@/state/send-times";
import { IconButton } from "@/ui/Button";
import { useMinute, useValue } from "@/ui/hooks";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/Menu";
import { useChannel, useWorkspace } from "@/ui/workspace";

interface LaterMenuProps {
  model: ComposerModel;
  channel: string;
  onDone: () => void;
}

/** Beside the button that sends: sends at another time. */
export function LaterMenu({ model, channel, onDone }: LaterMenuProps) {
  const workspace = useWorkspace();
  const limits = useValue(workspace.scheduled.limits);
  const encrypted = useChannel(channel)?.encrypted === true;
  const choose = async (at: number) => {
    const done = await model.schedule(at);
    if (done) workspace.toasts.show(t("It will be sent: {time}", { time: comingLabel(at, Date.now()) }), { action: { label: t("View"), run: () => openDialog({ type: "scheduled" }) } });
    onDone();
  };
  return (
    <Menu
      trigger={
        <IconButton label={t("Schedule…")} className="-ms-0.5 w-6! pointer-coarse:w-9!">
          <ChevronDown size={15} />
        </IconButton>
      }
    >
      {limits ? <Times encrypted={encrypted} choose={(at) => void choose(at)} /> : <MenuLabel>{limits === null ? t("This server can't send messages later.") : t("Still connecting. Try again in a moment.")}</MenuLabel>}
    </Menu>
  );
}

function Times({ encrypted, choose }: { encrypted: boolean; choose: (at: number) => void }) {
  const now = useMinute();
  return (
    <>
      <MenuLabel>{t("Send later ({zone})", { zone: zoneName(now) })}</MenuLabel>
      {sendTimes(now).map(({ name, at }) => (
        <MenuItem key={name} icon={<Clock size={15} />} hint={name === "Tomorrow" ? clockTime(at) : comingLabel(at, now)} onSelect={() => choose(at)}>
          {t(name)}
        </MenuItem>
      ))}
      <MenuItem icon={<CalendarClock size={15} />} onSelect={() => openDialog({ type: "send-at", choose })}>
        {t("Another time…")}
      </MenuItem>
      {encrypted && (
        <>
          <MenuSeparator />
          <MenuLabel>{t("It is encrypted now. Who joins later can't read it.")}</MenuLabel>
        </>
      )}
    </>
  );
}
