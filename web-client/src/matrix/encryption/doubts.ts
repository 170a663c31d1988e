import type { MatrixEvent } from "matrix-js-sdk/lib/models/event.js";
import type { Doubt } from "../model";
import type { CryptoGate } from "./gate";
import { wireOf } from "./wire";

/** What is doubtful of the messages of one timeline; asked once of each, and again of the doubtful ones when keys change. */
export class Doubts {
  readonly #gate: CryptoGate;
  readonly #me: string | null;
  readonly #found: (id: string) => void;
  readonly #known = new Map<string, Doubt | null>();

  /** `found` is told of each message whose doubt is a new one. */
  constructor(gate: CryptoGate, me: string | null, found: (id: string) => void) {
    this.#gate = gate;
    this.#me = me;
    this.#found = found;
  }

  /** What is known now; what is not is asked for. */
  of(event: MatrixEvent): Doubt | null {
    const id = event.getId();
    // A device that is not confirmed says so once, not with each message of its own.
    if (event.getSender() === this.#me && !this.#gate.status.get().verified) return null;
    if (!id || !event.isEncrypted() || !event.getClearContent() || event.isDecryptionFailure() || event.status) return null;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    this.#known.set(id, null);
    void this.#ask(id, event);
    return null;
  }

  /** Keys of people have changed. */
  again(): void {
    for (const [id, doubt] of this.#known) if (doubt && this.#known.delete(id)) this.#found(id);
  }

  async #ask(id: string, event: MatrixEvent): Promise<void> {
    const doubt = await this.#gate.engine?.calls.doubt(wireOf(event)).catch(() => null);
    if (!doubt) return;
    this.#known.set(id, doubt);
    this.#found(id);
  }
}
