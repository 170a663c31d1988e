import { t } from "@/lib/i18n";
import type { Person } from "@/matrix/model";
import { useValueOf } from "@/ui/workspace";

const NOBODY: readonly Person[] = [];

/** Who is writing now; keeps its place, so that nothing moves when someone begins. */
export function TypingLine({ channel }: { channel: string }) {
  const people = useValueOf((matrix) => matrix.typing(channel), NOBODY);
  return (
    <p className="-mt-3.5 h-4 truncate px-5 pb-5 text-2xs text-ink-3" aria-live="polite">
      {people.length > 0 && sentence(people)}
    </p>
  );
}

function sentence(people: readonly Person[]): string {
  const [a, b] = people.map((person) => person.name);
  if (people.length === 1) return t("{a} is typing…", { a: a ?? "" });
  if (people.length === 2) return t("{a} and {b} are typing…", { a: a ?? "", b: b ?? "" });
  return t("Several people are typing…");
}
