import { expect, test } from "vitest";
import { toHtml } from "@/lib/text/markdown";
import { contentOf, rewritten, threadOf, writtenText } from "./content";

const plain = { mentions: new Map<string, string>(), mayCallRoom: false, toHtml };
const sender = { id: "@ann:x", name: "Ann", avatar: null };

test("plain text has no formatted body and says that it names nobody", () => {
  expect(contentOf({ ...plain, text: "hi" })).toEqual({ msgtype: "m.text", body: "hi", "m.mentions": {} });
});

test("a mention is a link in the formatted body and named in m.mentions", () => {
  const content = contentOf({ ...plain, text: "hi @Ann Lee", mentions: new Map([["@Ann Lee", "@ann:x"], ["@Gone", "@gone:x"]]) });
  expect(content["m.mentions"]).toEqual({ user_ids: ["@ann:x"] });
  expect(content.formatted_body).toBe('hi <a href="https://matrix.to/#/%40ann%3Ax">@Ann Lee</a>');
  expect(content.body).toBe("hi @Ann Lee");
});

test("an answer names whom it answers; in a thread it falls back for old clients", () => {
  const replyTo = { id: "$e", sender };
  expect(contentOf({ ...plain, text: "yes", replyTo })["m.relates_to"]).toEqual({ "m.in_reply_to": { event_id: "$e" } });
  expect(contentOf({ ...plain, text: "yes", thread: "$t", threadLast: "$l" })["m.relates_to"]).toEqual({
    rel_type: "m.thread", event_id: "$t", is_falling_back: true, "m.in_reply_to": { event_id: "$l" },
  });
});

test("/me and @room", () => {
  expect(contentOf({ ...plain, text: "/me waves" })).toMatchObject({ msgtype: "m.emote", body: "waves" });
  expect(contentOf({ ...plain, text: "@room look", mayCallRoom: true })["m.mentions"]).toEqual({ room: true });
  expect(contentOf({ ...plain, text: "@room look" })["m.mentions"]).toEqual({});
});

test("another text of a message that waits keeps whom it names and what it answers", () => {
  const mentions = new Map([["@Ann Lee", "@ann:x"], ["@Ben", "@ben:x"]]);
  const replyTo = { id: "$e", sender: { id: "@chloe:x", name: "Chloe", avatar: null } };
  const old = contentOf({ ...plain, text: "/me asks @Ann Lee and @Ben", mentions, replyTo, thread: "$t" });
  expect(writtenText(old)).toBe("/me asks @Ann Lee and @Ben");
  expect(threadOf(old)).toBe("$t");
  const emoticons = new Map([["ship", "mxc://x/ship"]]);
  const pictured = contentOf({ ...plain, text: "go :ship:", emoticons });
  expect(rewritten(pictured, "go :ship: now", plain).formatted_body).toBe(`${String(pictured.formatted_body)} now`);
  const next = rewritten(old, "tell **@Ann Lee**", plain);
  expect(next).toEqual({
    msgtype: "m.text",
    body: "tell **@Ann Lee**",
    format: "org.matrix.custom.html",
    formatted_body: 'tell <strong><a href="https://matrix.to/#/%40ann%3Ax">@Ann Lee</a></strong>',
    "m.mentions": { user_ids: ["@chloe:x", "@ann:x"] },
    "m.relates_to": old["m.relates_to"],
  });
});
