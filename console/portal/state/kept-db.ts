import { type KeptPort, shelves } from './kept.ts';

/** The portal's own database, beside that of its keys. All that lies in it is encrypted (kept.ts). */
const database = 'writ-portal-kept';

/** @throws what the browser says where a page may keep nothing: in some private windows */
export async function openKept(): Promise<KeptPort> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => {
    for (const shelf of shelves) opening.result.createObjectStore(shelf, { keyPath: 'id' });
  };
  const db = await settled(opening);
  db.onversionchange = () => db.close();
  return {
    all: (shelf) => settled(db.transaction(shelf).objectStore(shelf).getAll()),
    get: (shelf, id) => settled(db.transaction(shelf).objectStore(shelf).get(id)),
    put: async (shelf, item) => {
      await settled(db.transaction(shelf, 'readwrite').objectStore(shelf).put(item));
    },
    remove: (shelf, id) => settled(db.transaction(shelf, 'readwrite').objectStore(shelf).delete(id)),
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, fails) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fails(request.error);
  });
}
