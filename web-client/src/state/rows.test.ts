import { expect, test } from "vitest";
import type { Message } from "@/matrix/model";
import { type Row, rowsOf } from "./rows";

const NOON = new Date(2026, 3, 1, 12).getTime();
const MINUTE = 60_000;

function message(id: string, from: string, minutes: number, more: Partial<Message> = {}): Message {
  return {
    id, key: id, sender: { id: from, name: from, avatar: null }, ts: NOON + minutes * MINUTE, kind: "text", body: id, html: null, media: null,
    edited: false, quote: null, thread: null, reactions: [], mentionsMe: false, own: from === "me", ...more,
  };
}

function show(rows: Row[]): string {
  return rows
    .map((row) => (row.type === "message" ? `${row.continued ? "+" : ""}${row.message.id}` : row.type === "events" ? `(${row.messages.length})` : `<${row.type}>`))
    .join(" ");
}

const none = { readUpTo: null, complete: true };

test("groups by person and time", () => {
  const rows = rowsOf([message("a", "ann", 0), message("b", "ann", 2), message("c", "bob", 3), message("d", "ann", 4), message("e", "ann", 10)], none);
  expect(show(rows)).toBe("<start> <day> a +b c d e");
});

test("separates days and folds events", () => {
  const rows = rowsOf([message("a", "ann", 0), message("j", "bob", 1, { kind: "event" }), message("k", "bob", 2, { kind: "event" }), message("z", "ann", 24 * 60)], {
    readUpTo: null,
    complete: true,
  });
  expect(show(rows)).toBe("<start> <day> a (2) <day> z");
});

test("the New line follows the last read message and one's own answers", () => {
  const list = [message("a", "ann", 0), message("b", "me", 1), message("c", "ann", 2)];
  expect(show(rowsOf(list, { readUpTo: "a", complete: false }))).toBe("a b <new> c");
  expect(show(rowsOf(list, { readUpTo: "c", complete: false }))).toBe("a b c");
  expect(show(rowsOf(list.slice(0, 2), { readUpTo: "a", complete: false }))).toBe("a b");
});

test("history put before a message leaves its head in place", () => {
  const list = [message("a", "ann", 0), message("b", "ann", 1)];
  expect(show(rowsOf(list, { readUpTo: null, complete: false, headed: new Set(["b"]) }))).toBe("a b");
});
