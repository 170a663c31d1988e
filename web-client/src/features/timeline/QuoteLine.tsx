import { CornerUpRight } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Quote } from "@/matrix/model";
import { useTimelineActions } from "./actions";

/** The message that this one answers, in one line; leads to it. */
export function QuoteLine({ quote }: { quote: Quote }) {
  const { jump } = useTimelineActions();
  return (
    <button type="button" onClick={() => jump(quote.id)} className="mb-0.5 flex max-w-full items-center gap-1.5 rounded text-xs text-ink-2 hover:text-ink">
      <CornerUpRight size={14} className="shrink-0 text-ink-3" aria-hidden="true" />
      <span className="sr-only">{t("In answer to")}</span>
      {quote.sender && <span className="shrink-0 font-semibold">{quote.sender.name}</span>}
      <span className="truncate">{quote.preview || t("an earlier message")}</span>
    </button>
  );
}
