import { Search, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { localpart } from "@/lib/ids";
import type { Person } from "@/matrix/model";
import { closeDialog } from "@/state/dialogs";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { Switch } from "@/ui/Switch";
import { useDebounced, useValue } from "@/ui/hooks";
import { useChannel, useWorkspace } from "@/ui/workspace";

/** Finds people: to invite to a channel, or without one to write to. */
export function PeopleDialog({ channel }: { channel: string | null }) {
  const room = useChannel(channel);
  const [query, setQuery] = useState("");
  const [encrypted, setEncrypted] = useState(true);
  const people = usePeople(useDebounced(query.trim(), 250));
  const title = room ? t("Invite people to {name}", { name: room.name }) : t("New message");
  return (
    <Dialog title={title} onClose={closeDialog}>
      <Field
        bare
        label={t("Search people")}
        placeholder={t("Name, or @user:server")}
        lead={<Search size={15} />}
        className="px-5 pb-3"
        autoFocus
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="min-h-64 flex-1 overflow-y-auto border-t border-line p-2">
        {people.length === 0 && (
          <Empty icon={<Users size={22} aria-hidden="true" />} title={query ? t("Nobody found") : t("Who are you looking for?")}>
            {t("Search by name. Someone on another server is found by the whole identifier.")}
          </Empty>
        )}
        <ul>
          {people.map((person) => (
            <PersonLine key={person.id} person={person} channel={channel} encrypted={encrypted} />
          ))}
        </ul>
      </div>
      {!channel && (
        <div className="border-t border-line px-5 py-3">
          <Switch
            label={t("End-to-end encrypted")}
            hint={encrypted ? t("Only the two of you can read it.") : t("For bots, and for those whose clients can't encrypt. The server can read it.")}
            on={encrypted}
            onChange={setEncrypted}
          />
        </div>
      )}
    </Dialog>
  );
}

function usePeople(query: string): readonly Person[] {
  const workspace = useWorkspace();
  const matrix = useValue(workspace.matrix);
  const [found, setFound] = useState<readonly Person[]>([]);
  useEffect(() => {
    let current = true;
    const exact = /^@[^:\s]+:\S+$/.test(query) ? [{ id: query, name: localpart(query), avatar: null }] : [];
    const search = matrix && query ? matrix.people(query).catch(() => []) : Promise.resolve([]);
    void search.then((people) => {
      if (!current) return;
      const others = people.filter((person) => person.id !== workspace.userId);
      setFound([...exact.filter((one) => !others.some((person) => person.id === one.id)), ...others]);
    });
    return () => {
      current = false;
    };
  }, [matrix, query, workspace.userId]);
  return found;
}

function PersonLine({ person, channel, encrypted }: { person: Person; channel: string | null; encrypted: boolean }) {
  const workspace = useWorkspace();
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const choose = async () => {
    setState("busy");
    if (channel) {
      const done = await workspace.attempt(async (matrix) => {
        await matrix.invite(channel, person.id);
        return true;
      });
      setState(done ? "done" : "idle");
      return;
    }
    const id = await workspace.attempt((matrix) => matrix.direct(person.id, encrypted));
    setState("idle");
    if (!id) return;
    closeDialog();
    workspace.router.open(id);
  };
  return (
    <li className="flex items-center gap-3 rounded-lg px-3 py-2 hover:bg-hover">
      <Avatar id={person.id} name={person.name} mxc={person.avatar} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{person.name}</p>
        <p className="truncate text-xs text-ink-3">{person.id}</p>
      </div>
      <Button className="h-8" look={channel ? "secondary" : "primary"} busy={state === "busy"} disabled={state === "done"} onClick={choose}>
        {state === "done" ? t("Invited") : channel ? t("Invite") : t("Message")}
      </Button>
    </li>
  );
}
