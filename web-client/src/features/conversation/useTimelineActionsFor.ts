import { useMemo } from "react";
import { parsePermalink, permalink, serverOf } from "@/lib/ids";
import { t } from "@/lib/i18n";
import type { ComposerModel } from "@/state/composer";
import { openDialog } from "@/state/dialogs";
import { deleteMessage } from "@/state/leave";
import { openLink } from "@/state/links";
import type { TimelineModel } from "@/state/timeline";
import type { Workspace } from "@/state/workspace";
import type { TimelineActions } from "@/features/timeline";
import { useWorkspace } from "@/ui/workspace";

/** What can be done with the messages of one timeline. */
export function useTimelineActionsFor(channel: string, composer: ComposerModel, timeline: TimelineModel, inThread: boolean): TimelineActions {
  const workspace = useWorkspace();
  return useMemo(() => actionsFor(workspace, channel, composer, timeline, inThread), [workspace, channel, composer, timeline, inThread]);
}

function actionsFor(workspace: Workspace, channel: string, composer: ComposerModel, timeline: TimelineModel, inThread: boolean): TimelineActions {
  const { router, toasts, outbox } = workspace;
  return {
    channel,
    inThread,
    reply: (message) => composer.reply(message),
    edit: (message) => composer.edit(message),
    openThread: (message) => router.go({ thread: message.id, panel: null }),
    react(message, key, shortcode) {
      const mine = message.reactions.find((reaction) => reaction.key === key)?.mine;
      void workspace.attempt((matrix) => (mine ? matrix.redact(channel, mine) : matrix.react(channel, message.id, key, shortcode)));
    },
    remove: (message) => deleteMessage(workspace, channel, message),
    copyLink(message) {
      const link = permalink(channel, message.id, [serverOf(workspace.userId)]);
      navigator.clipboard.writeText(link).then(
        () => toasts.show(t("Link copied")),
        (error) => toasts.problem(error),
      );
    },
    showVersions: (message) => openDialog({ type: "history", channel, event: message.id }),
    pin: (message, pinned) => void workspace.attempt((matrix) => matrix.setPinned(channel, message.id, pinned)),
    report: (message) => openDialog({ type: "report", channel, event: message.id, name: message.sender.name }),
    retry: (message) => outbox.retry(message.key),
    discard: (message) => outbox.discard(message.key),
    openMedia: (message) => openDialog({ type: "lightbox", messages: timeline.view.get().messages, start: message.id }),
    openPerson: (person) => openDialog({ type: "person", person, channel }),
    verifyDevice: () => openDialog({ type: "settings", page: "encryption" }),
    jump: (event) => (inThread ? router.go({ event }) : router.open(channel, event)),
    follow(href) {
      const link = parsePermalink(href);
      if (link) void openLink(workspace, link);
      return link !== null;
    },
  };
}
