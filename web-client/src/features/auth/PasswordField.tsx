import { Eye, EyeOff } from "lucide-react";
import { useId, useState } from "react";
import { t } from "@/lib/i18n";
import { IconButton } from "@/ui/Button";
import { inputLook } from "@/ui/Field";

interface PasswordFieldProps {
  /** A new password: the browser may offer to make one. */
  fresh: boolean;
  value: string;
  onChange: (value: string) => void;
}

export function PasswordField({ fresh, value, onChange }: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {t("Password")}
      </label>
      <div className="relative">
        <input
          id={id}
          name="password"
          type={shown ? "text" : "password"}
          autoComplete={fresh ? "new-password" : "current-password"}
          required
          minLength={fresh ? 8 : undefined}
          className={`${inputLook} pe-10`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <IconButton
          size="sm"
          label={shown ? t("Hide password") : t("Show password")}
          className="absolute end-1 top-1 pointer-coarse:top-2"
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff size={16} /> : <Eye size={16} />}
        </IconButton>
      </div>
      {fresh && <p className="mt-1 text-xs text-ink-3">{t("At least 8 characters. A short sentence works well.")}</p>}
    </div>
  );
}
