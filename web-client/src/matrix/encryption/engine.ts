import type { CryptoBackend, SyncCryptoCallbacks } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import type { Room } from "matrix-js-sdk/lib/models/room.js";
import type { EngineCalls } from "./calls";
import type { LazyCryptoClient } from "./gate";
import { beginIdentity } from "./identity";
import { LocalEngine } from "./local";
import { RemoteEngine } from "./remote";
import { Tabs } from "./tabs";

/** What the rest of the client has of encryption once it is loaded. */
export interface Engine {
  readonly sync: SyncCryptoCallbacks;
  readonly calls: EngineCalls;
}

/**
 * Opens the account's encryption in this tab. One device has one key store, which only one program may write: the tab
 * that holds the lock runs it, and does the work of the other tabs for them. When that tab goes, the next one takes over.
 */
export async function openEngine(client: LazyCryptoClient): Promise<Engine> {
  const name = storeName(client);
  const tabs = new Tabs(name);
  if (await tabs.lead()) {
    try {
      return new Switch(await startLocal(client, tabs, name));
    } catch (error) {
      tabs.close();
      throw error;
    }
  }
  const remote = new RemoteEngine(client, tabs);
  setBackend(client, remote.backend);
  const engine = new Switch(remote);
  tabs.whenLeading(async () => {
    setBackend(client, undefined);
    engine.use(await startLocal(client, tabs, name));
    remote.close();
  });
  await decryptAll(client);
  return engine;
}

/** One engine from the outside, also when the tab takes over from another one. */
class Switch implements Engine {
  #current: Engine;

  constructor(current: Engine) {
    this.#current = current;
  }

  use(next: Engine): void {
    this.#current = next;
  }

  get sync(): SyncCryptoCallbacks {
    return this.#current.sync;
  }

  get calls(): EngineCalls {
    return this.#current.calls;
  }
}

export function storeName(client: LazyCryptoClient): string {
  return `chatsphere-crypto-${client.getSafeUserId()}-${client.getDeviceId()}`;
}

async function startLocal(client: LazyCryptoClient, tabs: Tabs, name: string): Promise<Engine> {
  await client.initRustCrypto({ cryptoDatabasePrefix: name });
  const backend = client.getCrypto() as CryptoBackend;
  for (const room of client.getRooms()) await configure(backend, room);
  const engine = new LocalEngine(client, backend, tabs);
  // Publishes the device's keys without waiting for the next sync.
  backend.onSyncCompleted({});
  beginIdentity(client, backend).catch(() => undefined);
  await decryptAll(client);
  return engine;
}

async function configure(backend: CryptoBackend, room: Room): Promise<void> {
  const event = room.currentState.getStateEvents("m.room.encryption", "");
  if (event && room.getMyMembership() === "join") await backend.onCryptoEvent(room, event);
}

/** The SDK keeps its engine to itself, yet only knows how to make its own. */
function setBackend(client: LazyCryptoClient, backend: CryptoBackend | undefined): void {
  (client as unknown as { cryptoBackend: CryptoBackend | undefined }).cryptoBackend = backend;
}

/** What came in before the engine did. */
async function decryptAll(client: LazyCryptoClient): Promise<void> {
  await Promise.all(client.getRooms().map((room) => room.decryptCriticalEvents()));
}
