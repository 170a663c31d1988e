import { Upload } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { t } from "@/lib/i18n";
import { cx } from "@/ui/cx";
import { useFileDrop } from "./useFileDrop";

interface DropZoneProps {
  onFiles: (files: File[]) => void;
  label: string;
  className?: string;
  children: ReactNode;
}

/** Takes files dropped anywhere on it. */
export function DropZone({ onFiles, label, className, children }: DropZoneProps) {
  const zone = useRef<HTMLElement>(null);
  const over = useFileDrop(zone, onFiles);
  return (
    <section ref={zone} aria-label={label} className={cx("relative flex min-w-0 flex-1 flex-col", className)}>
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
