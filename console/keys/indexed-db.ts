import type { KeyStorePort } from './store.ts';

/** The browser's databases: each has one store, whose items are keys by their key id. */
const store = 'keys';

/** @param database the page's own: reviewers' keys are not taken for officers' @throws what the browser says where a page may keep nothing: in some private windows */
export async function openKeyStore(database: string): Promise<KeyStorePort> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: 'keyId' });
  const db = await settled(opening);
  // Another page may want to delete the database: "forget the key" in a second tab.
  db.onversionchange = () => db.close();
  return {
    all: () => settled(db.transaction(store).objectStore(store).getAll()),
    put: async (key) => write(db, (keys) => keys.put(key)),
    remove: async (keyId) => write(db, (keys) => keys.delete(keyId)),
  };
}

/** Asks the browser not to clear the key when it is short of room. @returns whether it will keep it */
export async function keepStored(): Promise<boolean> {
  return navigator.storage?.persist?.() ?? false;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fails) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fails(request.error);
  });
}

/** A write is done when its transaction is: before, a crash takes it back. */
function write(db: IDBDatabase, change: (keys: IDBObjectStore) => unknown): Promise<void> {
  return new Promise((done, fails) => {
    const transaction = db.transaction(store, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = () => done();
    transaction.onabort = () => fails(transaction.error);
    change(transaction.objectStore(store));
  });
}
