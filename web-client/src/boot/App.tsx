import { lazy, Suspense, useEffect, useState } from "react";
import { forgetEverything } from "@/lib/storage";
import { saveSession, type Session } from "@/matrix/tokens";
import type { ThemeChoice } from "@/state/theme";
import type { Workspace } from "@/state/workspace";
import { WorkspaceContext } from "@/ui/workspace";
import { Shell } from "@/features/shell";
import { Account } from "./account";
import { openWorkspace } from "./open";

const SignInPage = lazy(() => import("@/features/auth").then((module) => ({ default: module.SignInPage })));

/** Signed out: the sign-in page. Signed in: the workspace, from its snapshot at once. */
export function App({ theme, opened }: { theme: ThemeChoice; opened: Workspace | null }) {
  const [workspace, setWorkspace] = useState(opened);
  // Not before something is drawn.
  useEffect(() => void workspace?.start(), [workspace]);
  const enter = async (session: Session) => {
    // Whatever an earlier account left must not show in this one.
    await forgetEverything();
    theme.set(theme.value.get());
    saveSession(session);
    setWorkspace(openWorkspace(new Account(session), theme));
  };
  if (!workspace) {
    return (
      <Suspense>
        <SignInPage onSession={enter} />
      </Suspense>
    );
  }
  return (
    <WorkspaceContext value={workspace}>
      <Shell />
    </WorkspaceContext>
  );
}
