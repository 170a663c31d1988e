import type { OutgoingContent } from "./outbox";

export interface NewPoll {
  question: string;
  answers: readonly string[];
  /** Whether one may choose more than one. */
  several: boolean;
  /** Whether the votes are shown before the end. */
  disclosed: boolean;
}

/** The content of `m.poll.start` (MSC3381), with the form that clients of the time before know beside it. */
export function pollContent({ question, answers, several, disclosed }: NewPoll): OutgoingContent {
  const max_selections = several ? answers.length : 1;
  const body = [question, ...answers.map((answer, index) => `${index + 1}. ${answer}`)].join("\n");
  const kind = disclosed ? "disclosed" : "undisclosed";
  return {
    body,
    "m.text": [{ body }],
    "m.poll": {
      kind: `m.${kind}`,
      max_selections,
      question: { "m.text": [{ body: question }] },
      answers: answers.map((answer, index) => ({ "m.id": String(index + 1), "m.text": [{ body: answer }] })),
    },
    "org.matrix.msc3381.poll.start": {
      kind: `org.matrix.msc3381.poll.${kind}`,
      max_selections,
      question: { "org.matrix.msc1767.text": question, body: question },
      answers: answers.map((answer, index) => ({ id: String(index + 1), "org.matrix.msc1767.text": answer })),
    },
    "m.mentions": {},
  };
}
