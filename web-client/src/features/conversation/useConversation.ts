import { useEffect, useMemo } from "react";
import { AttachmentsModel } from "@/state/attachments";
import { ComposerModel } from "@/state/composer";
import { TimelineModel, type TimelinePlace } from "@/state/timeline";
import { useWorkspace } from "@/ui/workspace";

export interface Conversation {
  key: string;
  timeline: TimelineModel;
  composer: ComposerModel;
  attachments: AttachmentsModel;
}

/** The models of one channel or thread, for as long as it is shown. */
export function useConversation({ channel, event, thread }: TimelinePlace): Conversation {
  const workspace = useWorkspace();
  const timeline = useMemo(() => new TimelineModel(workspace, { channel, event, thread }), [workspace, channel, event, thread]);
  const composer = useMemo(() => new ComposerModel(workspace, timeline), [workspace, timeline]);
  const attachments = useMemo(() => new AttachmentsModel(workspace, { channel, thread }), [workspace, channel, thread]);
  useEffect(() => () => timeline.close(), [timeline]);
  useEffect(() => () => composer.close(), [composer]);
  const key = `${channel} ${event ?? ""} ${thread ?? ""}`;
  return useMemo(() => ({ key, timeline, composer, attachments }), [key, timeline, composer, attachments]);
}
