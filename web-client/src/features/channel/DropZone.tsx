import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { cx } from "@/ui/cx";

interface DropZoneProps {
  onFiles: (files: File[]) => void;
  label: string;
  className?: string;
  children: ReactNode;
}

/** Takes files dropped anywhere on it. */
export function DropZone({ onFiles, label, className, children }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const move = (event: DragEvent, step: 1 | -1) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current += step;
    setOver(depth.current > 0);
  };
  return (
    <section
      aria-label={label}
      className={cx("relative flex min-w-0 flex-1 flex-col", className)}
      onDragEnter={(event) => move(event, 1)}
      onDragLeave={(event) => move(event, -1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-30 flex flex-col items-center justify-center rounded-2xl border-2 border-dashed border-accent bg-accent-soft/95 text-accent-text">
          <Upload size={28} aria-hidden="true" />
          <p className="mt-2 font-semibold">{t("Drop files to attach them")}</p>
        </div>
      )}
    </section>
  );
}
