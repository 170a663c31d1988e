import { t } from "@/lib/i18n";

/** The seven emoji of a comparison, each with its name, since they look different on every system. */
export function EmojiGrid({ emoji }: { emoji: readonly (readonly [string, string])[] }) {
  return (
    <ol aria-label={t("Emoji to compare")} className="mt-4 flex flex-wrap justify-center gap-2">
      {emoji.map(([char, name], index) => (
        // The same one may be there twice, and none ever moves.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} className="flex w-20 flex-col items-center rounded-xl bg-sunken px-1 py-2.5">
          <span className="text-3xl leading-10" aria-hidden="true">
            {char}
          </span>
          <span className="text-xs text-ink-2">{t(name)}</span>
        </li>
      ))}
    </ol>
  );
}
