import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { t } from "@/lib/i18n";
import { IconButton } from "./Button";

interface PanelProps {
  title: string;
  detail?: string;
  onClose: () => void;
  children: ReactNode;
}

/** The column at the right side; the whole screen on a phone. Takes the focus when it opens, closes with Escape. */
export function Panel({ title, detail, onClose, children }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented && !(event.target instanceof HTMLTextAreaElement)) onClose();
      }}
      className="flex w-[380px] shrink-0 flex-col border-s border-line bg-canvas max-[959px]:w-full max-[959px]:border-s-0"
    >
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line ps-4 pe-2">
        <div className="min-w-0 flex-1">
          <h2 ref={heading} tabIndex={-1} className="truncate text-[0.9375rem] leading-5 font-semibold outline-none">
            {title}
          </h2>
          {detail && <p className="truncate text-xs leading-4 text-ink-3">{detail}</p>}
        </div>
        <IconButton label={t("Close")} onClick={onClose}>
          <X size={18} />
        </IconButton>
      </header>
      {children}
    </aside>
  );
}
