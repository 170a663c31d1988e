/** A poll as it was asked. */
export interface PollStart {
  question: string;
  answers: readonly { id: string; text: string }[];
  /** How many answers one may choose. */
  max: number;
  /** Whether the votes are shown before the end. */
  disclosed: boolean;
}

type Content = Readonly<Record<string, unknown>>;

/** As many answers as a poll may have (MSC3381). */
const MAX_ANSWERS = 20;

/** Reads the content of a poll's start: the form of the spec, or the one before it. */
export function readPoll(content: Content): PollStart | null {
  const block = (content["m.poll"] ?? content["org.matrix.msc3381.poll.start"] ?? content["m.poll.start"]) as Content | undefined;
  if (!block || typeof block !== "object") return null;
  const question = textOf(block.question);
  const answers = (Array.isArray(block.answers) ? block.answers : []).slice(0, MAX_ANSWERS).flatMap((answer: Content) => {
    const id = answer?.["m.id"] ?? answer?.id;
    const text = textOf(answer);
    return typeof id === "string" && text ? [{ id, text }] : [];
  });
  if (!question || answers.length === 0) return null;
  const max = typeof block.max_selections === "number" && block.max_selections >= 1 ? Math.floor(block.max_selections) : 1;
  return { question, answers, max: Math.min(max, answers.length), disclosed: block.kind === "m.disclosed" || block.kind === "org.matrix.msc3381.poll.disclosed" };
}

/** The answers that a vote chooses: only those of the poll, and no more than one may choose. */
export function readSelections(content: Content, start: PollStart): readonly string[] {
  const earlier = content["org.matrix.msc3381.poll.response"] as Content | undefined;
  const chosen = content["m.selections"] ?? earlier?.answers;
  if (!Array.isArray(chosen)) return [];
  const known = new Set(start.answers.map(({ id }) => id));
  return [...new Set(chosen.filter((id): id is string => typeof id === "string" && known.has(id)))].slice(0, start.max);
}

function textOf(block: unknown): string {
  const part = block as Content | undefined;
  const text = part?.["m.text"] ?? part?.["org.matrix.msc1767.text"] ?? part?.body;
  if (typeof text === "string") return text;
  if (!Array.isArray(text)) return "";
  const plain = (text as Content[]).find((one) => one?.mimetype === undefined || one.mimetype === "text/plain");
  return typeof plain?.body === "string" ? plain.body : "";
}
