import { Camera, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./Button";
import { useWorkspace } from "./workspace";

interface PictureButtonsProps {
  label: string;
  /** There is a picture now. */
  present: boolean;
  /** Takes the address of the uploaded picture, `null` for none. */
  onSet: (mxc: string | null) => Promise<unknown>;
}

/** Chooses, uploads and removes a profile's or channel's picture. */
export function PictureButtons({ label, present, onSet }: PictureButtonsProps) {
  const workspace = useWorkspace();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const mxc = await workspace.attempt(async (matrix) => {
      const { maxSize } = await matrix.uploadLimits();
      if (maxSize !== null && file.size > maxSize) throw new Error(t("That picture is larger than the server allows."));
      return matrix.upload(file, file.name, () => undefined).done;
    });
    if (mxc) await onSet(mxc);
    setBusy(false);
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <Button icon={<Camera size={15} />} busy={busy} onClick={() => input.current?.click()}>
        {t("Choose a picture")}
      </Button>
      {present && (
        <Button look="ghost" icon={<Trash2 size={15} />} disabled={busy} onClick={() => void onSet(null)}>
          {t("Remove picture")}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={label}
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}
