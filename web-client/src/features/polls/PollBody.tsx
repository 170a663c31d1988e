import { ChartBarBig, Check } from "lucide-react";
import { useId, useState } from "react";
import { formatNumber, plural, t } from "@/lib/i18n";
import type { Message, Poll, PollAnswer } from "@/matrix/model";
import { cx } from "@/ui/cx";
import { useWorkspace } from "@/ui/workspace";

/** A question with its answers: to choose from, and how the votes stand. */
export function PollBody({ message, poll, channel }: { message: Message; poll: Poll; channel: string }) {
  const workspace = useWorkspace();
  const id = useId();
  const vote = useVote(message, poll, channel);
  const shown = poll.ended || (poll.disclosed && poll.voters > 0);
  const most = Math.max(0, ...poll.answers.map((answer) => answer.votes.length));
  const end = () => {
    const winners = poll.answers.filter((answer) => answer.votes.length === most && most > 0).map((answer) => answer.text);
    const text = winners.length ? t("The poll has ended. Most votes: {answers}", { answers: winners.join(", ") }) : t("The poll has ended without votes.");
    void workspace.attempt((matrix) => matrix.endPoll(channel, message.id, text));
  };
  return (
    <section aria-labelledby={id} className="mt-1 max-w-md rounded-xl border border-line bg-raised p-3">
      <h3 id={id} className="flex items-start gap-2 font-semibold wrap-anywhere">
        <ChartBarBig size={17} className="mt-0.5 shrink-0 text-accent-text" aria-hidden="true" />
        {poll.question}
      </h3>
      <p className="mt-0.5 mb-2 ps-6 text-xs text-ink-3">{poll.ended ? t("Ended") : poll.max > 1 ? t("Choose one or more") : t("Choose one")}</p>
      <div role="group" aria-labelledby={id} className="space-y-1.5">
        {poll.answers.map((answer) => (
          <Answer
            key={answer.id}
            answer={answer}
            poll={poll}
            chosen={vote.chosen.includes(answer.id)}
            best={poll.ended && most > 0 && answer.votes.length === most}
            shown={shown}
            onChoose={() => vote.toggle(answer.id)}
          />
        ))}
      </div>
      <footer className="mt-2 flex items-center gap-3 text-xs text-ink-3">
        <span role="status">
          {plural(poll.voters, "{count} vote", "{count} votes")}
          {!poll.disclosed && !poll.ended && ` · ${t("Shown when it has ended")}`}
        </span>
        {poll.mayEnd && !poll.ended && message.id.startsWith("$") && (
          <button type="button" onClick={end} className="ms-auto rounded font-semibold text-accent-text hover:underline">
            {t("End poll")}
          </button>
        )}
      </footer>
    </section>
  );
}

/** The choice is drawn at once, before the server has it. */
function useVote(message: Message, poll: Poll, channel: string) {
  const workspace = useWorkspace();
  const [wanted, setWanted] = useState<{ of: readonly string[]; chosen: readonly string[] } | null>(null);
  // What the server says now stands in place of what was wanted before.
  const chosen = wanted && wanted.of.join() === poll.mine.join() ? wanted.chosen : poll.mine;
  const toggle = (id: string) => {
    const rest = chosen.filter((one) => one !== id);
    const next = chosen.includes(id) ? rest : poll.max === 1 ? [id] : [...rest, id].slice(-poll.max);
    setWanted({ of: poll.mine, chosen: next });
    void workspace.attempt(async (matrix) => {
      await matrix.vote(channel, message.id, next).catch((error: unknown) => {
        setWanted(null);
        throw error;
      });
    });
  };
  return { chosen, toggle };
}

interface AnswerProps {
  answer: PollAnswer;
  poll: Poll;
  chosen: boolean;
  best: boolean;
  shown: boolean;
  onChoose: () => void;
}

function Answer({ answer, poll, chosen, best, shown, onChoose }: AnswerProps) {
  const share = poll.voters > 0 ? answer.votes.length / poll.voters : 0;
  const names = answer.votes.map((person) => person.name).join(", ");
  return (
    <button
      type="button"
      role={poll.max > 1 ? "checkbox" : "radio"}
      aria-checked={chosen}
      disabled={poll.ended}
      title={shown && names ? names : undefined}
      onClick={onChoose}
      className={cx(
        "relative flex min-h-9 w-full items-center gap-2 overflow-hidden rounded-lg border px-3 py-1.5 text-start text-sm pointer-coarse:min-h-11",
        chosen ? "border-accent" : "border-line-strong",
        poll.ended ? "cursor-default!" : "hover:bg-hover",
      )}
    >
      {shown && <span className="absolute inset-y-0 start-0 bg-accent-soft transition-[width]" style={{ width: `${share * 100}%` }} aria-hidden="true" />}
      <span
        aria-hidden="true"
        className={cx("relative flex size-4 shrink-0 items-center justify-center border", poll.max > 1 ? "rounded" : "rounded-full", chosen ? "border-accent bg-accent text-on-accent" : "border-ink-3")}
      >
        {chosen && <Check size={12} strokeWidth={3} />}
      </span>
      <span className={cx("relative min-w-0 flex-1 wrap-anywhere", best && "font-semibold")}>{answer.text}</span>
      {shown && (
        <span className="relative text-xs font-medium tabular-nums">
          {formatNumber(answer.votes.length)}
          <span className="sr-only">{names && t("by {who}", { who: names })}</span>
        </span>
      )}
    </button>
  );
}
