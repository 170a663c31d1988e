import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/CryptoEvent.js";
import {
  type ShowQrCodeCallbacks, type ShowSasCallbacks, VerificationPhase, type VerificationRequest, VerificationRequestEvent, type Verifier, VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/verification.js";
import type { Encryption } from "../api";
import type { Verification } from "../model";
import { personIn } from "../people";
import type { LazyCryptoClient } from "./gate";
import { readAgain } from "./heal";
import type { Tabs } from "./tabs";

const SAS = "m.sas.v1";
const SHOW = "m.qr_code.show.v1";
const SCAN = "m.qr_code.scan.v1";
/** Ended ones that nobody looks at are forgotten after this. Milliseconds. */
const KEEP_MS = 60_000;

/** One verification, with what the SDK has told of it. */
interface Run {
  request: VerificationRequest;
  incoming: boolean;
  verifier: Verifier | null;
  sas: ShowSasCallbacks | null;
  scanned: ShowQrCodeCallbacks | null;
  code: string | null;
  /** The person has said here that all is well; the other side has not yet. */
  agreed: boolean;
  done: boolean;
}

export type VerificationCalls = Pick<
  Encryption,
  "verifyOwn" | "verifyPerson" | "acceptVerification" | "cancelVerification" | "compareEmoji" | "scannedCode" | "agree"
>;

/** Verifications that go on now, of this account's devices and of other people. */
export class Verifications implements VerificationCalls {
  readonly #client: LazyCryptoClient;
  readonly #backend: CryptoBackend;
  readonly #tabs: Tabs;
  readonly #runs = new Map<string, Run>();

  constructor(client: LazyCryptoClient, backend: CryptoBackend, tabs: Tabs) {
    this.#client = client;
    this.#backend = backend;
    this.#tabs = tabs;
    client.on(CryptoEvent.VerificationRequestReceived, (request) => this.#follow(request, true));
  }

  verifyOwn = async (device?: string): Promise<string> => {
    const me = this.#client.getSafeUserId();
    return this.#follow(device ? await this.#backend.requestDeviceVerification(me, device) : await this.#backend.requestOwnUserVerification(), false);
  };

  verifyPerson = async (user: string, room: string): Promise<string> => {
    const running = this.#backend.findVerificationRequestDMInProgress(room, user);
    return this.#follow(running ?? (await this.#backend.requestVerificationDM(user, room)), false);
  };

  acceptVerification = async (id: string): Promise<void> => {
    await this.#run(id)?.request.accept();
  };

  cancelVerification = async (id: string): Promise<void> => {
    const run = this.#run(id);
    if (run?.request.pending) await run.request.cancel();
    this.#forget(id);
  };

  compareEmoji = async (id: string): Promise<void> => {
    const run = this.#run(id);
    if (run) this.#begin(id, run, await run.request.startVerification(SAS));
  };

  scannedCode = async (id: string, code: string): Promise<void> => {
    const run = this.#run(id);
    if (!run) return;
    const data = Uint8ClampedArray.from(atob(code), (char) => char.charCodeAt(0));
    this.#begin(id, run, await run.request.scanQRCode(data));
  };

  agree = async (id: string, same: boolean): Promise<void> => {
    const run = this.#run(id);
    if (!run) return;
    const { sas, scanned } = run;
    run.agreed = same;
    this.#tell();
    const asked = same ? (sas ?? scanned)?.confirm : (sas?.mismatch ?? scanned?.cancel);
    await asked?.();
  };

  #run(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  #follow(request: VerificationRequest, incoming: boolean): string {
    const id = request.transactionId ?? "";
    if (this.#runs.has(id)) return id;
    const run: Run = { request, incoming, verifier: null, sas: null, scanned: null, code: null, agreed: false, done: false };
    this.#runs.set(id, run);
    request.on(VerificationRequestEvent.Change, () => this.#changed(id, run));
    this.#changed(id, run);
    return id;
  }

  #changed(id: string, run: Run): void {
    const { request } = run;
    if (request.phase === VerificationPhase.Ready && run.code === null) void this.#drawCode(run);
    if (request.phase === VerificationPhase.Started && request.verifier) this.#begin(id, run, request.verifier);
    if (request.phase === VerificationPhase.Done && !run.done) {
      run.done = true;
      if (request.isSelfVerification) readAgain(this.#client, this.#backend);
    }
    if (request.phase >= VerificationPhase.Cancelled) setTimeout(() => this.#forget(id), KEEP_MS);
    this.#tell();
  }

  async #drawCode(run: Run): Promise<void> {
    run.code = "";
    // There is none when the other side can't scan, or the keys for it are not here.
    const code = await run.request.generateQRCode().catch(() => undefined);
    if (!code) return;
    run.code = btoa(String.fromCharCode(...code));
    this.#tell();
  }

  /** Each side has to run its verifier, whoever has begun. */
  #begin(id: string, run: Run, verifier: Verifier): void {
    if (run.verifier === verifier) return;
    run.verifier = verifier;
    const show = () => {
      run.sas = verifier.getShowSasCallbacks();
      run.scanned = verifier.getReciprocateQrCodeCallbacks();
      this.#tell();
    };
    verifier.on(VerifierEvent.ShowSas, show);
    verifier.on(VerifierEvent.ShowReciprocateQr, show);
    verifier.verify().catch(() => undefined).finally(() => this.#changed(id, run));
    show();
  }

  #forget(id: string): void {
    this.#runs.delete(id);
    this.#tell();
  }

  #tell(): void {
    const list = [...this.#runs].map(([id, run]) => this.#plain(id, run));
    this.#client.gate.reportVerifications(list);
    this.#tabs.tell("verifications", list);
  }

  #plain(id: string, run: Run): Verification {
    const { request } = run;
    const other = (method: string) => request.otherPartySupportsMethod(method);
    return {
      id,
      person: personIn(this.#client, this.#client.getRoom(request.roomId), request.otherUserId),
      own: request.isSelfVerification,
      incoming: run.incoming,
      state: stateOf(run),
      emoji: run.sas?.sas.emoji ?? [],
      code: run.code || null,
      canCompare: other(SAS),
      canScan: other(SHOW),
      canShow: other(SCAN),
    };
  }
}

function stateOf({ request, incoming, sas, scanned, agreed }: Run): Verification["state"] {
  if (request.phase === VerificationPhase.Done) return "done";
  if (request.phase === VerificationPhase.Cancelled) return "cancelled";
  if (request.phase === VerificationPhase.Ready) return "ready";
  if (request.phase < VerificationPhase.Ready) return incoming && !request.accepting ? "asked" : "asking";
  if (agreed) return "waiting";
  return sas ? "compare" : scanned ? "scanned" : "waiting";
}
