import { useState } from "react";
import { fieldOf, nextHour, timeOf } from "@/state/send-times";
import { timeProblem } from "@/state/scheduled";
import { useMinute, useValue } from "@/ui/hooks";
import { useWorkspace } from "@/ui/workspace";

export interface TimeChoice {
  field: string;
  setField: (field: string) => void;
  /** The chosen time; `null` while it is none to send at. */
  at: number | null;
  problem: string | undefined;
}

/** The time in a field, at first `before` or the next hour, and what is wrong with it. A time that was not touched keeps its seconds. */
export function useTime(before: number | null): TimeChoice {
  const [start] = useState(() => before ?? nextHour(Date.now()));
  const limits = useValue(useWorkspace().scheduled.limits);
  const [field, setField] = useState(() => fieldOf(start));
  const now = useMinute();
  const at = field === fieldOf(start) ? start : timeOf(field);
  const problem = at === null ? null : timeProblem(at, now, limits);
  return { field, setField, at: problem ? null : at, problem: problem ?? undefined };
}
