import { LockKeyhole, Search, SearchX } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { plural, t } from "@/lib/i18n";
import type { Channel, SearchPage } from "@/matrix/model";
import { SearchModel } from "@/state/search";
import { Button } from "@/ui/Button";
import { Empty, Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { useDebounced, useValue } from "@/ui/hooks";
import { Panel } from "@/ui/Panel";
import { Spinner } from "@/ui/Spinner";
import { Switch } from "@/ui/Switch";
import { useWorkspace } from "@/ui/workspace";
import { Filters } from "./Filters";
import { HitLine } from "./HitLine";

/** Finds messages by their words: in all channels, or in the open one. */
export function SearchPanel({ channel }: { channel: Channel }) {
  const workspace = useWorkspace();
  const model = useMemo(() => new SearchModel(workspace), [workspace]);
  const { busy, error, page } = useValue(model.view);
  const [text, setText] = useState("");
  const [onlyHere, setOnlyHere] = useState(false);
  const wanted = useDebounced(text, 300);
  const here = onlyHere ? channel.id : null;
  useEffect(() => void model.find(wanted, here), [model, wanted, here]);
  return (
    <Panel title={t("Search messages")} onClose={() => workspace.router.go({ panel: null })}>
      <div className="space-y-3 border-b border-line p-3">
        <Field bare autoFocus label={t("Search messages")} placeholder={t("Words, or from:name has:link")} lead={<Search size={15} />} type="search" value={text} onChange={(event) => setText(event.target.value)} />
        <Filters channel={channel} text={text} onChange={setText} />
        <Switch label={t("Only in {name}", { name: channel.name })} on={onlyHere} onChange={setOnlyHere} />
      </div>
      {channel.encrypted && (
        <p className="flex items-start gap-2 border-b border-line bg-sunken px-4 py-2.5 text-xs text-ink-2">
          <LockKeyhole size={14} className="mt-px shrink-0" aria-hidden="true" />
          {t("Messages of encrypted conversations can't be found here: only the people in them can read them, the server can't.")}
        </p>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto p-2">
        {error && <Problem>{error}</Problem>}
        {page && <Results page={page} />}
        {page?.next && (
          <div className="p-2 text-center">
            <Button busy={busy} onClick={() => void model.more()}>
              {t("Show more")}
            </Button>
          </div>
        )}
        {busy && !page && <Spinner className="mx-auto mt-10 text-ink-3" />}
        {!busy && !page && !error && <Help />}
      </div>
    </Panel>
  );
}

function Results({ page }: { page: SearchPage }) {
  if (page.hits.length === 0 && !page.next) {
    return (
      <Empty icon={<SearchX size={22} aria-hidden="true" />} title={t("Nothing found")}>
        {t("Try other words, or fewer of them.")}
      </Empty>
    );
  }
  return (
    <>
      <p role="status" className="px-2.5 pt-1 pb-2 text-xs text-ink-3">
        {plural(page.count, "{count} message", "{count} messages")}
      </p>
      <ul>
        {page.hits.map((hit) => (
          <HitLine key={hit.event} hit={hit} words={page.words} />
        ))}
      </ul>
    </>
  );
}

const FILTERS = [
  ["from:ann", "what Ann wrote"],
  ["in:design", "only in that channel"],
  ["has:link", "with a link; also has:file"],
  ["after:2025-01-31", "from that day on; also before:"],
] as const;

function Help() {
  return (
    <Empty icon={<Search size={22} aria-hidden="true" />} title={t("Search everything you may see")}>
      {t("These narrow it down:")}
      <span className="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5 text-start">
        {FILTERS.map(([filter, what]) => (
          <span key={filter} className="contents">
            <code className="text-xs leading-5 text-accent-text">{filter}</code>
            <span className="text-xs leading-5">{t(what)}</span>
          </span>
        ))}
      </span>
    </Empty>
  );
}
