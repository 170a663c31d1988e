import { createContext, useContext } from "react";
import type { Message, Person } from "@/matrix/model";

/** What a person can do with a message; given by the page that shows the timeline. */
export interface TimelineActions {
  channel: string;
  /** Inside of a thread there is no thread to open. */
  inThread: boolean;
  reply(message: Message): void;
  edit(message: Message): void;
  openThread(message: Message): void;
  react(message: Message, key: string, shortcode?: string): void;
  remove(message: Message): void;
  copyLink(message: Message): void;
  showVersions(message: Message): void;
  pin(message: Message, pinned: boolean): void;
  report(message: Message): void;
  retry(message: Message): void;
  discard(message: Message): void;
  openMedia(message: Message): void;
  openPerson(person: Person): void;
  /** Shows how this device becomes able to read what was sent before. */
  verifyDevice(): void;
  /** Goes to a message of this channel. */
  jump(event: string): void;
  follow(href: string): boolean;
}

export const TimelineActionsContext = createContext<TimelineActions | null>(null);

export function useTimelineActions(): TimelineActions {
  const actions = useContext(TimelineActionsContext);
  if (!actions) throw new Error("used outside of a timeline");
  return actions;
}
