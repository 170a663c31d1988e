/** Local storage that never throws: a full or forbidden store reads as empty and drops writes. */
export interface Store {
  read<T>(key: string): T | null;
  write(key: string, value: unknown): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}

const PREFIX = "chatsphere.";

export const localStore: Store = {
  read<T>(key: string): T | null {
    try {
      const text = localStorage.getItem(PREFIX + key);
      return text === null ? null : (JSON.parse(text) as T);
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  remove(key) {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      // A forbidden store has nothing to remove.
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(PREFIX + prefix))
        .map((key) => key.slice(PREFIX.length));
    } catch {
      return [];
    }
  },
};

/** Removes everything that this client and the SDK keep in local storage, and their databases and caches. */
export async function forgetEverything(): Promise<void> {
  try {
    localStorage.clear();
  } catch {
    // A forbidden store has nothing to remove.
  }
  sessionStorage.clear();
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
  await Promise.all(databases.map(({ name }) => (name ? deleteDatabase(name) : undefined)));
  if ("caches" in globalThis) {
    for (const name of await caches.keys()) await caches.delete(name);
  }
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => resolve();
    request.onblocked = () => resolve();
  });
}
