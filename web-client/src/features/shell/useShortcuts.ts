import { useEffect } from "react";
import { inOrder, neighbour, sectionsOf } from "@/state/channel-list";
import { closeDialog, dialog, openDialog } from "@/state/dialogs";
import { inSpace } from "@/state/spaces";
import { useWorkspace } from "@/ui/workspace";

/** The keys that work everywhere. */
export function useShortcuts(): void {
  const workspace = useWorkspace();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (dialog.get()?.type === "switcher") closeDialog();
        else openDialog({ type: "switcher" });
      } else if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "f") {
        event.preventDefault();
        if (workspace.router.route.get().channel) workspace.router.go({ panel: "search", thread: null });
      } else if (event.altKey && !event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        const order = inOrder(sectionsOf(inSpace(workspace.spaces.chosen.get(), workspace.channels.get())));
        const next = neighbour(order, workspace.router.route.get().channel, event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
        if (next) workspace.router.open(next.id);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [workspace]);
}
