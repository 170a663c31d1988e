import { type RefObject, useEffect, useState } from "react";
import { useLatest } from "@/ui/hooks";

/** Takes files dropped on an element. True while some are held over it. */
export function useFileDrop(target: RefObject<HTMLElement | null>, onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useLatest(onFiles);
  useEffect(() => {
    const element = target.current;
    if (!element) return undefined;
    // Each child that is passed over enters and leaves too.
    let depth = 0;
    const on = (name: "dragenter" | "dragleave" | "dragover" | "drop", step: -1 | 0 | 1) => {
      const handler = (event: DragEvent) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        depth = name === "drop" ? 0 : depth + step;
        setOver(depth > 0);
        if (name === "drop") take.current([...event.dataTransfer.files]);
      };
      element.addEventListener(name, handler);
      return () => element.removeEventListener(name, handler);
    };
    const ends = [on("dragenter", 1), on("dragleave", -1), on("dragover", 0), on("drop", 0)];
    return () => ends.forEach((end) => end());
  }, [target, take]);
  return over;
}
