import { type KeyboardEvent, type RefObject, useCallback } from "react";
import type { VirtualList } from "@/ui/virtual";

/** Arrow keys move the focus from message to message; Tab goes into the focused one's buttons. */
export function useArrowKeys(scroller: RefObject<HTMLDivElement | null>, list: VirtualList) {
  return useCallback(
    (event: KeyboardEvent) => {
      if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey) return;
      const messages = [...(scroller.current?.querySelectorAll<HTMLElement>("article") ?? [])];
      if (!messages.length) return;
      const current = messages.findIndex((message) => message.contains(document.activeElement));
      const step = event.key === "ArrowUp" ? -1 : 1;
      const next = current < 0 ? messages.at(-1) : messages[current + step];
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      const index = Number(next.closest("li")?.dataset.index);
      if (Number.isInteger(index)) list.scrollToIndex(index, { align: "auto" });
    },
    [scroller, list],
  );
}
