import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { t } from "@/lib/i18n";
import { closeDialog } from "@/state/dialogs";
import { pollContent } from "@/state/poll";
import { threadRelation } from "@/state/content";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";

const MAX_ANSWERS = 20;

interface Line {
  id: number;
  text: string;
}

/** Asks a question with answers to choose from. */
export function PollDialog({ channel, thread }: { channel: string; thread: string | null }) {
  const { outbox } = useWorkspace();
  const [question, setQuestion] = useState("");
  const [lines, setLines] = useState<readonly Line[]>([{ id: 1, text: "" }, { id: 2, text: "" }]);
  const [several, setSeveral] = useState(false);
  const [disclosed, setDisclosed] = useState(true);
  const answers = lines.map(({ text }) => text.trim()).filter(Boolean);
  const ready = question.trim() !== "" && answers.length >= 2;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const content = pollContent({ question: question.trim(), answers, several, disclosed });
    if (thread) content["m.relates_to"] = threadRelation(thread);
    outbox.add({ channel, thread, type: "m.poll.start", content });
    closeDialog();
  };
  const change = (id: number, text: string) => setLines(lines.map((line) => (line.id === id ? { ...line, text } : line)));
  const add = () => setLines([...lines, { id: Math.max(...lines.map(({ id }) => id)) + 1, text: "" }]);
  return (
    <Dialog title={t("New poll")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 overflow-y-auto px-5 pb-5">
        <Field label={t("Question")} autoFocus required maxLength={340} value={question} onChange={(event) => setQuestion(event.target.value)} />
        <fieldset className="space-y-2">
          <legend className="mb-1 text-sm font-medium">{t("Answers")}</legend>
          {lines.map((line, index) => (
            <div key={line.id} className="flex items-center gap-1">
              <Field bare label={t("Answer {number}", { number: index + 1 })} placeholder={t("Answer {number}", { number: index + 1 })} className="flex-1" maxLength={340} autoFocus={index > 1} value={line.text} onChange={(event) => change(line.id, event.target.value)} />
              <IconButton label={t("Remove answer {number}", { number: index + 1 })} disabled={lines.length <= 2} onClick={() => setLines(lines.filter(({ id }) => id !== line.id))}>
                <X size={16} />
              </IconButton>
            </div>
          ))}
          {lines.length < MAX_ANSWERS && (
            <Button look="ghost" icon={<Plus size={15} />} onClick={add}>
              {t("Add an answer")}
            </Button>
          )}
        </fieldset>
        <Switch label={t("More than one answer")} on={several} onChange={setSeveral} />
        <Switch label={t("Show votes before the end")} on={disclosed} onChange={setDisclosed} />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={!ready}>
            {t("Ask")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
