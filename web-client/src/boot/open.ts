import { signOut } from "@/matrix/auth";
import { MediaStore } from "@/matrix/media";
import { loadSession, type Session, Tokens } from "@/matrix/tokens";
import type { ThemeChoice } from "@/state/theme";
import { Workspace } from "@/state/workspace";

/** Opens the account: drawn from the snapshot now, live when the SDK has come. */
export function openWorkspace(session: Session, theme: ThemeChoice): Workspace {
  const tokens = new Tokens(session);
  const media = new MediaStore(tokens);
  const sdk = import("@/matrix");
  const workspace = new Workspace({
    userId: session.userId,
    theme,
    media,
    connect: async () => (await sdk).startSession(tokens, media),
    signedIn: () => loadSession()?.deviceId === session.deviceId,
    signOut: () => signOut(tokens.session),
  });
  void workspace.start();
  return workspace;
}
