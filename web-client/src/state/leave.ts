import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { inOrder, neighbour, sectionsOf } from "./channel-list";
import type { Workspace } from "./workspace";

/** How long leaving can be taken back, in milliseconds. */
const UNDO_MS = 6000;

/**
 * Leaves a channel after a pause in which it can be taken back: coming back to a private channel would need a new
 * invitation. The channel is left at once when the page goes away.
 */
export async function leaveChannel(workspace: Workspace, channel: Channel): Promise<void> {
  const order = inOrder(sectionsOf(workspace.channels.get()));
  const next = neighbour(order, channel.id, 1, false);
  let undone = false;
  let finish: () => void = () => undefined;
  const decided = new Promise<void>((resolve) => {
    finish = resolve;
  });
  workspace.hide(channel.id, true);
  workspace.router.go({ channel: next?.id ?? null, event: null, thread: null, panel: null });
  const undo = () => {
    undone = true;
    workspace.hide(channel.id, false);
    workspace.router.open(channel.id);
    finish();
  };
  workspace.toasts.show(t("You left {name}", { name: channel.name }), { ms: UNDO_MS, action: { label: t("Undo"), run: undo } });
  const timer = setTimeout(finish, UNDO_MS);
  addEventListener("pagehide", finish, { once: true });
  await decided;
  clearTimeout(timer);
  removeEventListener("pagehide", finish);
  if (undone) return;
  await workspace.attempt((matrix) => matrix.leave(channel.id));
  workspace.hide(channel.id, false);
}
