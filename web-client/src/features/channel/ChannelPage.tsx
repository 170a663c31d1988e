import { lazy, Suspense } from "react";
import { t } from "@/lib/i18n";
import type { Channel } from "@/matrix/model";
import { Composer } from "@/features/composer";
import { NoComposer, useConversation, useObstacle, useTimelineActionsFor } from "@/features/conversation";
import { Timeline, TimelineActionsContext } from "@/features/timeline";
import { useRoute, useWorkspace } from "@/ui/workspace";
import { ChannelHeader } from "./ChannelHeader";
import { DropZone } from "./DropZone";
import { SidePanel } from "./SidePanel";
import { TypingLine } from "./TypingLine";

const ThreadPanel = lazy(() => import("@/features/thread").then((module) => ({ default: module.ThreadPanel })));

/** One channel: its messages, the place to write, and beside them a thread or a panel. */
export function ChannelPage({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const route = useRoute();
  const conversation = useConversation({ channel: channel.id, event: route.event, thread: null });
  const { timeline, composer, attachments } = conversation;
  const actions = useTimelineActionsFor(channel.id, composer, timeline, false);
  const obstacle = useObstacle(channel);
  const sideOpen = route.thread !== null || route.panel !== null;
  const placeholder = channel.kind === "dm" ? t("Message {name}", { name: channel.name }) : t("Message #{name}", { name: channel.name });
  const markRead = () => void workspace.attempt((matrix) => matrix.markChannelRead(channel.id));
  return (
    <div className="flex h-full min-w-0">
      <DropZone onFiles={(files) => void attachments.add(files)} label={placeholder} className={sideOpen ? "max-[959px]:hidden" : ""}>
        <ChannelHeader channel={channel} />
        <TimelineActionsContext value={actions}>
          <Timeline key={conversation.key} model={timeline} label={t("Messages in {name}", { name: channel.name })} reading />
        </TimelineActionsContext>
        {obstacle ? (
          <NoComposer obstacle={obstacle} channel={channel} />
        ) : (
          <Composer
            key={`composer ${channel.id}`}
            model={composer}
            attachments={attachments}
            channel={channel.id}
            thread={null}
            placeholder={placeholder}
            onSent={() => route.event && workspace.router.go({ event: null })}
            onEscape={markRead}
            autoFocus={!sideOpen}
          />
        )}
        <TypingLine channel={channel.id} />
      </DropZone>
      {route.thread ? (
        <Suspense>
          <ThreadPanel key={route.thread} channel={channel} root={route.thread} />
        </Suspense>
      ) : (
        route.panel && <SidePanel channel={channel} panel={route.panel} />
      )}
    </div>
  );
}
