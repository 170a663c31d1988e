import { FileText, X } from "lucide-react";
import { t } from "@/lib/i18n";
import { formatSize } from "@/lib/size";
import type { Attachment } from "@/state/attachments";
import { IconButton } from "@/ui/Button";

/** The chosen files: what they are, how far their upload is, and a way to take each back. */
export function AttachmentTray({ files, onRemove }: { files: readonly Attachment[]; onRemove: (id: number) => void }) {
  return (
    <ul className="flex flex-wrap gap-2 px-3 pt-3" aria-label={t("Attached files")}>
      {files.map((one) => (
        <li key={one.id} className="relative flex w-56 items-center gap-2.5 overflow-hidden rounded-lg border border-line bg-raised p-2">
          {one.preview ? (
            <img src={one.preview} alt="" className="size-10 shrink-0 rounded-md object-cover" />
          ) : (
            <span className="flex size-10 shrink-0 items-center justify-center rounded-md bg-accent-soft text-accent-text">
              <FileText size={18} aria-hidden="true" />
            </span>
          )}
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{one.file.name}</span>
            <Status one={one} />
          </span>
          <IconButton size="sm" label={one.state === "uploading" ? t("Cancel upload of {name}", { name: one.file.name }) : t("Remove {name}", { name: one.file.name })} onClick={() => onRemove(one.id)}>
            <X size={14} />
          </IconButton>
          {one.state === "uploading" && (
            <progress className="absolute inset-x-0 bottom-0 h-1 w-full appearance-none [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent" max={1} value={one.progress} aria-label={t("Upload of {name}", { name: one.file.name })} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Status({ one }: { one: Attachment }) {
  if (one.state === "failed") {
    return (
      <span role="alert" className="block truncate text-xs text-danger" title={one.error ?? undefined}>
        {one.error}
      </span>
    );
  }
  const text = one.state === "uploading" ? t("Uploading… {percent}%", { percent: Math.round(one.progress * 100) }) : formatSize(one.file.size);
  return <span className="block truncate text-xs text-ink-3">{text}</span>;
}
