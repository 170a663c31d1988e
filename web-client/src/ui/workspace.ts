import { createContext, useContext, useEffect, useState } from "react";
import { constant, type Readable } from "@/lib/observable";
import type { Matrix } from "@/matrix/api";
import type { Channel } from "@/matrix/model";
import type { Route } from "@/state/router";
import type { Workspace } from "@/state/workspace";
import { useValue } from "./hooks";

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("used outside of a workspace");
  return workspace;
}

export function useRoute(): Route {
  return useValue(useWorkspace().router.route);
}

export function useChannel(id: string | null): Channel | null {
  return useValue(useWorkspace().channels).find((channel) => channel.id === id) ?? null;
}

const NOTHING = constant(null);

/** A value of the running client, `fallback` until it runs. */
export function useValueOf<T, F>(pick: (matrix: Matrix) => Readable<T>, fallback: F): T | F {
  const matrix = useValue(useWorkspace().matrix);
  let readable: Readable<T> | null = null;
  try {
    readable = matrix ? pick(matrix) : null;
  } catch {
    // The channel is gone; so is what was asked of it.
  }
  const value = useValue<T | null>(readable ?? NOTHING);
  return readable ? (value as T) : fallback;
}

/** What the client answers to a question: `undefined` until it has, `null` when it can't be had. `ask` stays the same function. */
export function useAnswer<T>(ask: (matrix: Matrix, about: string) => Promise<T>, about: string): T | null | undefined {
  const matrix = useValue(useWorkspace().matrix);
  const [answer, setAnswer] = useState<T | null>();
  useEffect(() => {
    let current = true;
    if (matrix) ask(matrix, about).then((found) => current && setAnswer(found), () => current && setAnswer(null));
    return () => {
      current = false;
    };
  }, [matrix, ask, about]);
  return answer;
}
