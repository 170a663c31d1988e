import { DoorOpen, Hash, Lock, Users } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Access, Channel } from "@/matrix/model";
import { openDialog, closeDialog } from "@/state/dialogs";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const CHOICES = [
  { value: "public", icon: Hash, title: "Public", text: "Anyone on the server can find and join it." },
  { value: "restricted", icon: Users, title: "Workspace", text: "Members of the workspaces that list it can join." },
  { value: "knock", icon: DoorOpen, title: "On request", text: "People can ask to join; members let them in." },
  { value: "invite", icon: Lock, title: "Private", text: "Only people who are invited can join." },
] as const;

/** Who can join a channel, to be read or, for those who may, to be chosen. */
export function AccessChoice({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const access = useValueOf<Access, null>((matrix) => matrix.access(channel.id), null);
  const rights = useValueOf((matrix) => matrix.rights(channel.id), null);
  const listed = useValue(workspace.channels).some(({ children }) => children?.includes(channel.id));
  const choices = CHOICES.filter(({ value }) => value !== "restricted" || listed || access === "restricted");
  const choose = (next: Access) => {
    const run = () => {
      closeDialog();
      void workspace.attempt((matrix) => matrix.setAccess(channel.id, next));
    };
    if (next !== "public") run();
    else openDialog({ type: "confirm", title: t("Open {name} to everyone?", { name: channel.name }), text: t("Anyone can then join it, and read what is said from now on."), action: t("Make public"), danger: false, run });
  };
  return (
    <fieldset disabled={!rights?.access}>
      <legend className="mb-1.5 text-sm font-medium">{t("Who can join")}</legend>
      <div className="overflow-hidden rounded-lg border border-line-strong">
        {choices.map((one) => (
          <label
            key={one.value}
            className={cx(
              "grid grid-cols-[auto_1fr] items-start gap-x-2.5 border-b border-line px-3 py-2 last:border-b-0 has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent",
              access === one.value ? "bg-accent-soft" : rights?.access ? "cursor-pointer hover:bg-hover" : "hidden",
            )}
          >
            <input type="radio" name="access" className="sr-only" checked={access === one.value} onChange={() => choose(one.value)} />
            <one.icon size={15} className={cx("mt-0.5 shrink-0", access === one.value ? "text-accent-text" : "text-ink-3")} aria-hidden="true" />
            <span className="text-sm font-medium">{t(one.title)}</span>
            <span className="col-start-2 text-xs text-ink-2">{t(one.text)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
