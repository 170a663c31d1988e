import { useEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import type { Message } from "@/matrix/model";

/** Reads new messages by others out to screen readers; never the history. */
export function Announcer({ messages, live }: { messages: readonly Message[]; live: boolean }) {
  const last = useRef<string | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const newest = messages.at(-1);
    if (!live || !newest || newest.locked === "pending") return;
    const before = last.current;
    last.current = newest.key;
    if (!before || before === newest.key || newest.own || newest.kind === "event") return;
    if (!messages.some((message) => message.key === before)) return;
    setText(t("{name}: {text}", { name: newest.sender.name, text: newest.body }));
  }, [messages, live]);
  return (
    <div className="sr-only" aria-live="polite" role="log">
      {text}
    </div>
  );
}
