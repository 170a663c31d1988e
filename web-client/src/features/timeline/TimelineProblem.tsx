import { MessageSquareX } from "lucide-react";
import { t } from "@/lib/i18n";
import type { TimelineModel } from "@/state/timeline";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { useWorkspace } from "@/ui/workspace";

/** No message could be loaded: why, and what to do. */
export function TimelineProblem({ model, error }: { model: TimelineModel; error: string }) {
  const { router } = useWorkspace();
  const linked = model.place.event !== null;
  return (
    <div role="alert" className="flex min-h-0 flex-1 items-center justify-center">
      <Empty
        icon={<MessageSquareX size={22} aria-hidden="true" />}
        title={linked ? t("That message can't be found.") : t("The messages can't be loaded.")}
        action={
          linked ? (
            <Button look="primary" onClick={() => router.go({ event: null })}>
              {t("Latest messages")}
            </Button>
          ) : (
            <Button onClick={() => model.retry()}>{t("Try again")}</Button>
          )
        }
      >
        {linked ? t("It may be from before you could read here, or the link is broken.") : error}
      </Empty>
    </div>
  );
}
