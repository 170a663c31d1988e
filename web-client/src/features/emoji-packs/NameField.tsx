import { useState } from "react";
import { t } from "@/lib/i18n";
import { isShortcode } from "@/matrix/emoji-content";
import type { CustomEmoji } from "@/matrix/model";
import { Field } from "@/ui/Field";

interface NameFieldProps {
  shortcode: string;
  /** The pack: two emoji of it can't have one name. */
  taken: readonly CustomEmoji[];
  onRename: (to: string) => Promise<unknown>;
}

/** The name of an emoji; a new one is taken with Enter, or when the field is left. */
export function NameField({ shortcode, taken, onRename }: NameFieldProps) {
  const [text, setText] = useState(shortcode);
  const name = text.trim().replace(/^:|:$/g, "");
  const twice = name !== shortcode && taken.some((emoji) => emoji.shortcode === name);
  const error = twice ? t("Another one has this name.") : isShortcode(name) ? undefined : t("A name has no spaces, colons or quotes.");
  const finish = () => {
    if (error) setText(shortcode);
    else if (name !== shortcode) void onRename(name);
  };
  return (
    <Field
      bare
      className="min-w-0 flex-1"
      label={t("Name of {name}", { name: `:${shortcode}:` })}
      maxLength={64}
      spellCheck={false}
      autoCapitalize="none"
      value={text}
      error={error}
      onChange={(event) => setText(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape" || text === shortcode) return;
        // Takes back what was typed; the dialog stays.
        event.stopPropagation();
        setText(shortcode);
      }}
    />
  );
}
