import { useVirtualizer, type Virtualizer } from "@tanstack/react-virtual";

export type VirtualList = Virtualizer<HTMLDivElement, Element>;

/** A list of which only the part near the view is on the page. */
export function useVirtualList(options: Parameters<typeof useVirtualizer<HTMLDivElement, Element>>[0]): VirtualList {
  // What it returns changes within: harmless as long as no compiler memoizes what is drawn from it, and none does here.
  // oxlint-disable-next-line react/incompatible-library
  return useVirtualizer<HTMLDivElement, Element>(options);
}
