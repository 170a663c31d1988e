import { Ban, FileQuestion } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { t } from "@/lib/i18n";
import type { Message, Poll } from "@/matrix/model";
import { useTimelineActions } from "./actions";
import { Attachment } from "./Attachment";
import { Formatted, PlainText } from "./Formatted";
import { LockedBody } from "./LockedBody";

const PollBody = lazy(() => import("@/features/polls").then((module) => ({ default: module.PollBody })));
const PlaceBody = lazy(() => import("@/features/place").then((module) => ({ default: module.PlaceBody })));

export function MessageBody({ message }: { message: Message }) {
  switch (message.kind) {
    case "deleted":
      return (
        <Aside icon={<Ban size={14} aria-hidden="true" />}>{t("Message deleted")}</Aside>
      );
    case "encrypted":
      return <LockedBody message={message} />;
    case "other":
      return (
        <Aside icon={<FileQuestion size={14} aria-hidden="true" />}>{message.body || t("A kind of message that ChatSphere can't show yet.")}</Aside>
      );
    case "image":
    case "video":
    case "audio":
    case "file":
    case "sticker":
      return message.media ? <Attachment message={message} media={message.media} /> : <TextBody message={message} />;
    case "poll":
      return <Later height={message.poll ? 96 + message.poll.answers.length * 42 : 24}>{message.poll ? <OwnPoll message={message} poll={message.poll} /> : <TextBody message={message} />}</Later>;
    case "place":
      return (
        <Later height={66}>
          <PlaceBody message={message} />
        </Later>
      );
    case "emote":
      return (
        <div className="prose-msg italic">
          <span className="font-semibold">{message.sender.name}</span> <Words message={message} />
          <Edited message={message} />
        </div>
      );
    default:
      return <TextBody message={message} />;
  }
}

/** Keeps the place of what is drawn by a part that may still have to load. */
function Later({ height, children }: { height: number; children: ReactNode }) {
  return <Suspense fallback={<div className="mt-1 max-w-md rounded-xl bg-sunken" style={{ height }} />}>{children}</Suspense>;
}

function OwnPoll({ message, poll }: { message: Message; poll: Poll }) {
  const { channel } = useTimelineActions();
  return <PollBody message={message} poll={poll} channel={channel} />;
}

function TextBody({ message }: { message: Message }) {
  const quiet = message.kind === "notice" ? "text-ink-2" : "";
  if (isOnlyEmoji(message)) return <p className="text-4xl leading-12">{message.body}</p>;
  return (
    <div className={`prose-msg ${quiet} ${message.html ? "" : "whitespace-pre-wrap"}`}>
      <Words message={message} />
      <Edited message={message} />
    </div>
  );
}

function Words({ message }: { message: Message }) {
  return message.html ? <Formatted html={message.html} /> : <PlainText text={message.body} />;
}

function Edited({ message }: { message: Message }) {
  const { showVersions } = useTimelineActions();
  if (!message.edited) return null;
  return (
    <button type="button" title={t("Show earlier versions")} onClick={() => showVersions(message)} className="ms-1 rounded text-xs text-ink-3 select-none hover:text-ink hover:underline">
      {t("(edited)")}
    </button>
  );
}

function Aside({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex items-center gap-1.5 text-sm text-ink-3">
      {icon}
      {children}
    </p>
  );
}

/** One to three emoji alone are drawn large. */
function isOnlyEmoji(message: Message): boolean {
  return message.html === null && message.body.length < 40 && /^(?:\p{RGI_Emoji}\s*){1,3}$/v.test(message.body.trim());
}
