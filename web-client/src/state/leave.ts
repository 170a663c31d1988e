import { t } from "@/lib/i18n";
import type { Channel, Message } from "@/matrix/model";
import { inOrder, neighbour, sectionsOf } from "./channel-list";
import { UNDO_MS } from "./undoable";
import type { Workspace } from "./workspace";

/** Leaves a channel; it can be taken back for a moment, as coming back to a private one would need a new invitation. */
export function leaveChannel(workspace: Workspace, channel: Channel): void {
  const order = inOrder(sectionsOf(workspace.channels.get()));
  const next = neighbour(order, channel.id, 1, false);
  const undo = workspace.undoables.plan({ kind: "leave", channel: channel.id });
  workspace.router.go({ channel: next?.id ?? null, event: null, thread: null, panel: null });
  const back = () => {
    undo();
    workspace.router.open(channel.id);
  };
  workspace.toasts.show(t("You left {name}", { name: channel.name }), { ms: UNDO_MS, action: { label: t("Undo"), run: back } });
}

/** Deletes a message for everyone; it can be taken back for a moment. */
export function deleteMessage(workspace: Workspace, channel: string, message: Message): void {
  const undo = workspace.undoables.plan({ kind: "delete", channel, event: message.id });
  workspace.toasts.show(t("Message deleted"), { ms: UNDO_MS, action: { label: t("Undo"), run: undo } });
}
