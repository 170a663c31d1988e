import { type PointerEvent, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { clockTime, fullTime } from "@/lib/time";
import type { Message, Person } from "@/matrix/model";
import { Avatar } from "@/ui/Avatar";
import { cx } from "@/ui/cx";
import { useTimelineActions } from "./actions";
import { DoubtLine } from "./DoubtLine";
import { MessageBody } from "./MessageBody";
import { MessageToolbar } from "./MessageToolbar";
import { QuoteLine } from "./QuoteLine";
import { Reactions } from "./Reactions";
import { ReadBy } from "./ReadBy";
import { SendStatus } from "./SendStatus";
import { ThreadLine } from "./ThreadLine";

interface MessageRowProps {
  message: Message;
  continued: boolean;
  readers: readonly Person[] | undefined;
  highlighted: boolean;
}

const LONG_PRESS_MS = 450;

export function MessageRow({ message, continued, readers, highlighted }: MessageRowProps) {
  const { openPerson } = useTimelineActions();
  const toolbar = useToolbar();
  const pending = message.send !== undefined;
  return (
    <article
      tabIndex={-1}
      aria-label={t("{name}, {time}", { name: message.sender.name, time: clockTime(message.ts) })}
      data-event={message.id}
      {...toolbar.handlers}
      className={cx(
        "group relative flex gap-3 px-5 max-[719px]:px-3 focus-visible:outline-offset-[-2px]",
        continued ? "py-0.5" : "pt-2 pb-0.5",
        highlighted ? "flash" : message.mentionsMe ? "border-s-2 border-mention-edge bg-mention ps-[18px]" : toolbar.shown && "bg-hover/60",
      )}
    >
      <div className="w-9 shrink-0">
        {continued ? (
          <time className="hidden pt-1 text-end text-[10px] leading-4 text-ink-3 tabular-nums group-hover:block group-focus-within:block" title={fullTime(message.ts)}>
            {clockTime(message.ts).replace(/\s?[AP]M$/i, "")}
          </time>
        ) : (
          <button type="button" tabIndex={-1} aria-hidden="true" onClick={() => openPerson(message.sender)} className="rounded-lg">
            <Avatar id={message.sender.id} name={message.sender.name} mxc={message.sender.avatar} size="msg" />
          </button>
        )}
      </div>
      <div className="min-w-0 flex-1">
        {!continued && (
          <header className="flex items-baseline gap-2">
            <button type="button" onClick={() => openPerson(message.sender)} className="truncate text-sm font-semibold hover:underline">
              {message.sender.name}
            </button>
            <time className="shrink-0 text-xs text-ink-3" title={fullTime(message.ts)}>
              {clockTime(message.ts)}
            </time>
          </header>
        )}
        {message.quote && <QuoteLine quote={message.quote} />}
        <div className={cx("text-msg", pending && message.send !== "failed" && "text-ink-2")}>
          <MessageBody message={message} />
          {message.doubt && <DoubtLine message={message} doubt={message.doubt} />}
        </div>
        {pending && <SendStatus message={message} />}
        {message.reactions.length > 0 && <Reactions message={message} />}
        {message.thread && <ThreadLine message={message} thread={message.thread} />}
      </div>
      {readers && readers.length > 0 && <ReadBy people={readers} />}
      {toolbar.shown && !pending && message.kind !== "deleted" && <MessageToolbar message={message} onOpenChange={toolbar.hold} />}
    </article>
  );
}

/** The toolbar shows for the pointer, for the focus, and after a long press; only then is it on the page at all. */
function useToolbar() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [held, setHeld] = useState(false);
  const press = useRef<ReturnType<typeof setTimeout> | null>(null);
  const endPress = () => {
    if (press.current) clearTimeout(press.current);
    press.current = null;
  };
  return {
    shown: hovered || focused || held,
    hold: setHeld,
    handlers: {
      onPointerEnter: (event: PointerEvent) => event.pointerType === "mouse" && setHovered(true),
      onPointerLeave: () => setHovered(false),
      onPointerDown: (event: PointerEvent) => {
        const message = event.currentTarget as HTMLElement;
        if (event.pointerType === "mouse") return;
        press.current = setTimeout(() => {
          // With the focus the toolbar stays, and goes when something else is touched.
          message.focus({ preventScroll: true });
          setFocused(true);
        }, LONG_PRESS_MS);
      },
      onPointerUp: endPress,
      onPointerCancel: endPress,
      // What floats over the page belongs to the message for React alone, and goes without a word.
      onFocus: (event: React.FocusEvent) => event.currentTarget.contains(event.target) && event.target.matches(":focus-visible") && setFocused(true),
      onBlur: (event: React.FocusEvent) => !event.currentTarget.contains(event.relatedTarget) && setFocused(false),
    },
  };
}
