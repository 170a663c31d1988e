import { useState } from "react";
import { t } from "@/lib/i18n";
import type { DirectoryEntry } from "@/matrix/model";
import { Button } from "./Button";
import { useWorkspace } from "./workspace";

interface Props {
  entry: DirectoryEntry;
  /** By which it is joined or asked: its alias or identifier. */
  address: string;
  /** It is open to the person, who was in it or is now. */
  onEntered: (channel: string) => void;
}

/** The way into a channel of a list: opens it, joins, or asks to. */
export function EnterButton({ entry, address, onEntered }: Props) {
  const workspace = useWorkspace();
  const [state, setState] = useState<"idle" | "busy" | "asked">("idle");
  const asks = !entry.joined && entry.access === "knock";
  const enter = async () => {
    if (entry.joined) return onEntered(entry.id);
    setState("busy");
    const done = await workspace.attempt(async (matrix) => {
      if (!asks) return matrix.join(address);
      await matrix.knock(address);
      return entry.id;
    });
    setState(done && asks ? "asked" : "idle");
    if (done && !asks) onEntered(done);
    return undefined;
  };
  return (
    <Button look={entry.joined || asks ? "secondary" : "primary"} className="h-8" busy={state === "busy"} disabled={state === "asked"} onClick={() => void enter()}>
      {entry.joined ? t("Open") : state === "asked" ? t("Asked to join") : asks ? t("Ask to join") : t("Join")}
      <span className="sr-only">{entry.name}</span>
    </Button>
  );
}
