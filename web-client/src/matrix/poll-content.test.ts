import { expect, test } from "vitest";
import { pollContent } from "@/state/poll";
import { readPoll, readSelections } from "./poll-content";

test("what is written is read again, in both forms", () => {
  const content = pollContent({ question: "Lunch?", answers: ["Pizza", "Soup"], several: false, disclosed: true });
  const { "m.poll": now, "org.matrix.msc3381.poll.start": before, ...rest } = content;
  for (const form of [content, { ...rest, "m.poll": now }, { ...rest, "org.matrix.msc3381.poll.start": before }]) {
    const poll = readPoll(form);
    expect(poll).toMatchObject({ question: "Lunch?", max: 1, disclosed: true });
    expect(poll?.answers.map(({ text }) => text)).toEqual(["Pizza", "Soup"]);
  }
  expect(content.body).toBe("Lunch?\n1. Pizza\n2. Soup");
});

test("what makes no sense is no poll", () => {
  for (const content of [{}, { "m.poll": null }, { "m.poll": { question: {}, answers: [] } }, { "m.poll": { question: { "m.text": [{ body: "?" }] }, answers: [7, null] } }]) {
    expect(readPoll(content)).toBeNull();
  }
});

test("a vote counts for known answers only, once each, and for no more than allowed", () => {
  const poll = { question: "?", answers: [{ id: "a", text: "A" }, { id: "b", text: "B" }, { id: "c", text: "C" }], max: 2, disclosed: true };
  expect(readSelections({ "m.selections": ["x", "b", "b", 3, "a", "c"] }, poll)).toEqual(["b", "a"]);
  expect(readSelections({ "org.matrix.msc3381.poll.response": { answers: ["c"] } }, poll)).toEqual(["c"]);
  expect(readSelections({ "m.selections": "a" }, poll)).toEqual([]);
});
