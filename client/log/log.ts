import type { VerifierKey } from '#core/log/note.ts';
import type { ReadFile } from '#core/log/reading.ts';

/** A log's files, and the key that it must be signed with. */
export interface Log {
  read: ReadFile;
  key: VerifierKey;
}

/** Where a route is, by the address of the API with its version. */
export const addressOf = (url: string, route: string) => `${url.replace(/\/+$/, '')}/${route}`;
