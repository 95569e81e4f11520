import { signal } from '@preact/signals';
import { LogError } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';

/**
 * The log's key as the reader compared it with one that somebody else gave them: it is public, and beside the language all
 * that the page remembers. From then on the server's word for its key counts no more.
 */
const name = 'logKey';

export const comparedKey = signal<string | undefined>(undefined);

/** Reads what is remembered. What is no key is forgotten. */
export function recallKey(storage: Storage = localStorage): void {
  const text = storage.getItem(name) ?? undefined;
  comparedKey.value = text !== undefined && isKey(text) ? text : undefined;
}

/** @throws LogError verifier-key-malformed */
export function rememberKey(text: string, storage: Storage = localStorage): void {
  const key = text.trim();
  parseVerifierKey(key);
  storage.setItem(name, key);
  comparedKey.value = key;
}

export function forgetKey(storage: Storage = localStorage): void {
  storage.removeItem(name);
  comparedKey.value = undefined;
}

function isKey(text: string): boolean {
  try {
    parseVerifierKey(text);
    return true;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
