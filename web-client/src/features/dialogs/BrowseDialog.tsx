import { Hash, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { DirectoryEntry } from "@/matrix/model";
import { closeDialog, openDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty, Problem } from "@/ui/Empty";
import { EnterButton } from "@/ui/EnterButton";
import { Field } from "@/ui/Field";
import { useDebounced, useValue } from "@/ui/hooks";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

type Found = { entries: readonly DirectoryEntry[]; next: string | null };

/** The server's public channels, with search. */
export function BrowseDialog() {
  const [query, setQuery] = useState("");
  const { found, problem, more } = useDirectory(useDebounced(query.trim(), 250));
  return (
    <Dialog title={t("Browse channels")} onClose={closeDialog} wide>
      <div className="flex gap-2 px-5 pb-3">
        <Field bare label={t("Search channels")} placeholder={t("Search by name or topic")} lead={<Search size={15} />} className="flex-1" autoFocus value={query} onChange={(event) => setQuery(event.target.value)} />
        <Button onClick={() => openDialog({ type: "create" })}>{t("New channel")}</Button>
      </div>
      <div className="min-h-72 flex-1 overflow-y-auto border-t border-line p-2">
        {problem && <Problem>{problem}</Problem>}
        {!found && !problem && <Spinner className="mx-auto mt-16 text-ink-3" />}
        {found?.entries.length === 0 && (
          <Empty icon={<Hash size={22} aria-hidden="true" />} title={query ? t("No channel of that name") : t("No public channels yet")}>
            {query ? t("Try another word, or make the channel yourself.") : t("Make the first one.")}
          </Empty>
        )}
        <ul>{found?.entries.map((entry) => <EntryLine key={entry.id} entry={entry} />)}</ul>
        {found?.next && (
          <div className="p-2 text-center">
            <Button onClick={more}>{t("Show more")}</Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function useDirectory(query: string) {
  const matrix = useValue(useWorkspace().matrix);
  const [found, setFound] = useState<Found | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!matrix) return undefined;
    let current = true;
    matrix.directory(query).then(
      (answer) => {
        if (!current) return;
        setProblem(null);
        setFound(answer);
      },
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [matrix, query]);
  const more = () => {
    if (!matrix || !found?.next) return;
    matrix.directory(query, found.next).then(
      (answer) => setFound({ entries: [...found.entries, ...answer.entries], next: answer.next }),
      (error: Error) => setProblem(error.message),
    );
  };
  return { found, problem, more };
}

function EntryLine({ entry }: { entry: DirectoryEntry }) {
  const workspace = useWorkspace();
  const open = (channel: string) => {
    closeDialog();
    workspace.router.open(channel);
  };
  return (
    <li className="flex items-center gap-3 rounded-lg px-3 py-2 hover:bg-hover">
      <Avatar id={entry.id} name={entry.name} mxc={entry.avatar} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold">
          {entry.name} <span className="ms-1 text-xs font-normal text-ink-3">{plural(entry.members, "{count} member", "{count} members")}</span>
        </p>
        <p className="truncate text-xs text-ink-2">{entry.topic || entry.alias}</p>
      </div>
      <EnterButton entry={entry} address={entry.alias ?? entry.id} onEntered={open} />
    </li>
  );
}
