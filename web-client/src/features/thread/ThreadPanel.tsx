import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Composer } from "@/features/composer";
import { NoComposer, useConversation, useObstacle, useTimelineActionsFor } from "@/features/conversation";
import { Timeline, TimelineActionsContext } from "@/features/timeline";
import { Panel } from "@/ui/Panel";
import { useWorkspace } from "@/ui/workspace";

export function ThreadPanel({ channel, root }: { channel: Channel; root: string }) {
  const { router } = useWorkspace();
  const { timeline, composer, attachments, key } = useConversation({ channel: channel.id, event: null, thread: root });
  const actions = useTimelineActionsFor(channel.id, composer, timeline, true);
  const obstacle = useObstacle(channel);
  const close = () => router.go({ thread: null });
  return (
    <Panel title={t("Thread")} detail={channel.name} onClose={close}>
      <TimelineActionsContext value={actions}>
        <Timeline key={key} model={timeline} label={t("Messages of the thread")} reading />
      </TimelineActionsContext>
      {obstacle ? (
        <NoComposer obstacle={obstacle} channel={channel} />
      ) : (
        <Composer
          model={composer}
          attachments={attachments}
          channel={channel.id}
          thread={root}
          placeholder={t("Answer in this thread")}
          onSent={() => undefined}
          onEscape={close}
          autoFocus
        />
      )}
    </Panel>
  );
}
