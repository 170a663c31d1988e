import { dayNumber } from "@/lib/time";
import type { Message } from "@/matrix/model";

/** One line of the drawn timeline. */
export type Row =
  | { type: "start"; key: string }
  | { type: "day"; key: string; ts: number }
  | { type: "new"; key: string }
  | { type: "events"; key: string; messages: readonly Message[] }
  | { type: "message"; key: string; message: Message; continued: boolean };

/** Messages of one person within this time stand under one name. */
const GROUP_MS = 5 * 60_000;

export interface RowOptions {
  /** The "New" line stands after this event; `null`: no line. */
  readUpTo: string | null;
  /** All history is here: say so at the top. */
  complete: boolean;
  /** Messages that were the first of the window once: they keep their head, so that history put before moves nothing. */
  headed?: ReadonlySet<string>;
}

/** Groups messages, folds runs of events, and puts in day separators and the "New" line. */
export function rowsOf(messages: readonly Message[], options: RowOptions): Row[] {
  const rows: Row[] = options.complete ? [{ type: "start", key: "start" }] : [];
  const newAfter = newLineAfter(messages, options.readUpTo);
  let previous: Message | null = null;
  messages.forEach((message, index) => {
    // While older messages are missing, the first day's line would only move away again.
    if (previous ? dayNumber(previous.ts) !== dayNumber(message.ts) : options.complete) {
      rows.push({ type: "day", key: `day ${dayNumber(message.ts)} ${message.key}`, ts: message.ts });
    }
    if (index > 0 && index - 1 === newAfter) rows.push({ type: "new", key: "new" });
    append(rows, message, options.headed);
    previous = message;
  });
  return rows;
}

/** Where the "New" line goes: after the last read message, and after one's own that follow; -1 when nothing is new. */
function newLineAfter(messages: readonly Message[], readUpTo: string | null): number {
  if (!readUpTo) return -1;
  let at = messages.findIndex((message) => message.id === readUpTo);
  if (at < 0) return -1;
  while (at + 1 < messages.length && messages[at + 1]?.own) at++;
  return messages.slice(at + 1).some((message) => !message.own && message.kind !== "event") ? at : -1;
}

function append(rows: Row[], message: Message, headed: ReadonlySet<string> | undefined): void {
  const last = rows.at(-1);
  if (message.kind === "event") {
    if (last?.type === "events") rows[rows.length - 1] = { ...last, messages: [...last.messages, message] };
    else rows.push({ type: "events", key: `events ${message.key}`, messages: [message] });
    return;
  }
  rows.push({ type: "message", key: message.key, message, continued: last?.type === "message" && !headed?.has(message.key) && continues(last.message, message) });
}

function continues(before: Message, message: Message): boolean {
  return (
    before.sender.id === message.sender.id &&
    message.ts - before.ts < GROUP_MS &&
    before.kind !== "emote" &&
    message.kind !== "emote" &&
    message.quote === null &&
    before.thread === null
  );
}
