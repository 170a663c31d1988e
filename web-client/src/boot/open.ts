import { signOut } from "@/matrix/auth";
import { MediaStore } from "@/matrix/media";
import { loadSession } from "@/matrix/tokens";
import type { ThemeChoice } from "@/state/theme";
import { Workspace } from "@/state/workspace";
import type { Account } from "./account";

/** As long as a page that is not seen, and so not painted, is waited for. Milliseconds. */
const PAINT_MS = 300;

/** After the next paint: on a slow machine the SDK's own beginning would hold it up. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAINT_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Opens the account: drawn from the snapshot at first, live once it is started and the SDK has come. */
export function openWorkspace({ session, tokens, ahead }: Account, theme: ThemeChoice): Workspace {
  const media = new MediaStore(tokens);
  return new Workspace({
    userId: session.userId,
    theme,
    media,
    lookAhead: () => ahead.ask(),
    connect: async () => {
      await painted();
      return (await import("@/matrix")).startSession(tokens, media, ahead.fetch);
    },
    signedIn: () => loadSession()?.deviceId === session.deviceId,
    signOut: () => signOut(tokens.session),
  });
}
