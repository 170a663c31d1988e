import { cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useRef, useState } from "react";

// The parts weigh more than the whole channel list; they come with the first menu that someone reaches for.
const parts = () => import("./MenuParts");
const MenuContent = lazy(() => parts().then((module) => ({ default: module.MenuContent })));
export const MenuItem = lazy(() => parts().then((module) => ({ default: module.MenuItem })));
export const MenuSeparator = lazy(() => parts().then((module) => ({ default: module.MenuSeparator })));
export const MenuLabel = lazy(() => parts().then((module) => ({ default: module.MenuLabel })));

interface TriggerProps {
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
  "data-state"?: "open" | "closed";
  onClick?: () => void;
}

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement<TriggerProps>;
  children: ReactNode;
  align?: "start" | "end";
  className?: string;
  onOpenChange?: (open: boolean) => void;
}

/** A button with a menu. Closing gives the focus back to the button. */
export function Menu({ trigger, children, align = "end", className = "relative inline-flex", onOpenChange }: MenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const change = (next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const close = () => {
    change(false);
    // A chosen item may have opened a dialog, which has the focus then.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) place.current?.querySelector("button")?.focus();
    });
  };
  return (
    <span ref={place} className={className} onPointerEnter={() => void parts()}>
      {cloneElement(trigger, { "aria-haspopup": "menu", "aria-expanded": open, "data-state": open ? "open" : "closed", onClick: () => change(!open) })}
      {open && (
        <Suspense>
          <MenuContent align={align} onClose={close}>
            {children}
          </MenuContent>
        </Suspense>
      )}
    </span>
  );
}
