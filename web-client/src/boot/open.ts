import { signOut } from "@/matrix/auth";
import { MediaStore } from "@/matrix/media";
import { loadSession, type Session, Tokens } from "@/matrix/tokens";
import type { ThemeChoice } from "@/state/theme";
import { Workspace } from "@/state/workspace";

/** As long as a page that is not seen, and so not painted, is waited for. Milliseconds. */
const PAINT_MS = 300;

/** After the first paint: on a slow machine the SDK's own beginning would hold it up. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAINT_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Opens the account: drawn from the snapshot now, live when the SDK has come. */
export function openWorkspace(session: Session, theme: ThemeChoice): Workspace {
  const tokens = new Tokens(session);
  const media = new MediaStore(tokens);
  const sdk = painted().then(() => import("@/matrix"));
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
