import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/lib/i18n";
import { IconButton } from "./Button";
import { cx } from "./cx";

interface DialogProps {
  title: string;
  description?: string;
  onClose: () => void;
  children: ReactNode;
  wide?: boolean;
  /** No title bar: the content draws its own. */
  bare?: boolean;
}

/**
 * A modal dialog: holds the focus, gives it back, closes with Escape. The backdrop is a plain element since Radix's
 * overlay would put a style element on the page, which the content security policy forbids.
 */
export function Dialog({ title, description, onClose, children, wide = false, bare = false }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <div className="fixed inset-0 z-40 bg-black/40" aria-hidden="true" />
        <div className="fixed inset-0 z-50 flex items-start justify-center overflow-y-auto p-4 pt-[8vh] max-[719px]:items-end max-[719px]:p-0">
          <Radix.Content
            {...(description ? {} : { "aria-describedby": undefined })}
            className={cx(
              "appear flex max-h-[84vh] w-full flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-pop focus:outline-none max-[719px]:max-h-[92dvh] max-[719px]:rounded-b-none",
              wide ? "max-w-3xl" : "max-w-md",
            )}
          >
            {bare ? (
              <Radix.Title className="sr-only">{title}</Radix.Title>
            ) : (
              <header className="flex items-start gap-4 px-5 pt-4 pb-3">
                <div className="min-w-0 flex-1">
                  <Radix.Title className="text-base font-semibold text-ink">{title}</Radix.Title>
                  {description && <Radix.Description className="mt-0.5 text-sm text-ink-2">{description}</Radix.Description>}
                </div>
                <Radix.Close asChild>
                  <IconButton label={t("Close")} className="-me-1 -mt-1.5 pointer-coarse:-mt-2.5">
                    <X size={18} />
                  </IconButton>
                </Radix.Close>
              </header>
            )}
            {children}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
