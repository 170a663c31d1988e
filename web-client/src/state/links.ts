import { localpart } from "@/lib/ids";
import { openDialog } from "./dialogs";
import type { Workspace } from "./workspace";

/** Goes where a Matrix link points: a person, a channel (joining it when it is open to all), or a message. */
export async function openLink(workspace: Workspace, link: { target: string; event: string | null }): Promise<void> {
  const { target, event } = link;
  if (target.startsWith("@")) {
    openDialog({ type: "person", person: { id: target, name: localpart(target), avatar: null }, channel: workspace.router.route.get().channel });
    return;
  }
  const id = target.startsWith("#") ? await workspace.attempt((matrix) => matrix.resolve(target)) : target;
  if (!id) return;
  const known = workspace.channel(id)?.membership === "join";
  const joined = known ? id : await workspace.attempt((matrix) => matrix.join(target));
  if (joined) workspace.router.open(joined, event);
}
