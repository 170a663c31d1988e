import type { ReactNode } from "react";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What a list says when nothing is in it: what it is for, and what to do. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center justify-center px-6 py-10 text-center">
      <span className="mb-3 flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent-text">{icon}</span>
      <h2 className="text-sm font-semibold text-ink">{title}</h2>
      {children && <p className="mt-1 max-w-xs text-sm text-balance text-ink-2">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** A problem, said where it happened. */
export function Problem({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div role="alert" className="flex items-center gap-3 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      <span className="flex-1">{children}</span>
      {action}
    </div>
  );
}
