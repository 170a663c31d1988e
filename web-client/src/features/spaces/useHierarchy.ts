import { useCallback, useEffect, useState } from "react";
import type { Channel, SpaceEntry } from "@/matrix/model";
import { useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

interface Loaded {
  entries: readonly SpaceEntry[];
  next: string | null;
  /** What it was loaded for. */
  stamp: string;
}

/** What a workspace lists; loaded anew when its list, or what one is in, changes. */
export function useHierarchy(space: Channel) {
  const workspace = useWorkspace();
  const matrix = useValue(workspace.matrix);
  const channels = useValue(workspace.channels);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const stamp = [round, channels.filter((channel) => channel.membership === "join").length, ...(space.children ?? [])].join(" ");
  useEffect(() => {
    let current = true;
    matrix?.hierarchy(space.id).then(
      (answer) => {
        if (!current) return;
        setProblem(null);
        setLoaded({ ...answer, stamp });
      },
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [matrix, space.id, stamp]);
  const more = useCallback(() => {
    const from = loaded?.next;
    if (!matrix || !from) return;
    matrix.hierarchy(space.id, from).then(
      (answer) => setLoaded({ ...loaded, entries: [...loaded.entries, ...answer.entries], next: answer.next }),
      (error: Error) => setProblem(error.message),
    );
  }, [matrix, space.id, loaded]);
  return { entries: loaded?.entries ?? null, next: loaded?.next ?? null, problem, more, retry: () => setRound(round + 1) };
}
