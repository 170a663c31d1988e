import { localStore } from "@/lib/storage";
import { Ahead } from "@/matrix/ahead";
import { loadSession, type Session, Tokens } from "@/matrix/tokens";
import { Snapshots } from "@/state/snapshot";

/** Who is signed in, and what is asked for them before anything is drawn. */
export class Account {
  readonly session: Session;
  readonly tokens: Tokens;
  readonly ahead: Ahead;

  constructor(session: Session) {
    this.session = session;
    this.tokens = new Tokens(session);
    this.ahead = new Ahead(this.tokens);
    // Without anything kept there is nothing to draw: what there is is asked for at once, long before the SDK can ask.
    if (!new Snapshots(localStore).read(session.userId)) this.ahead.ask().catch(() => undefined);
  }
}

const session = loadSession();

/** Who was signed in when the page was opened. */
export const account = session ? new Account(session) : null;
