import type { KeyRecord } from '#core/registry/records.ts';
import { count } from './observe.ts';
import { honeytokens } from './state.ts';

// For functions that name them so: what is in honeytokens.ts of core/state/.
export async function catchKey(key: KeyRecord): Promise<void> {
  await honeytokens.catchKey(key);
  count('HoneytokensAsked');
}

export async function* caughtKeys(): AsyncGenerator<{ keyId: string; settle: () => Promise<void> }> {
  for await (const { keyId, done } of honeytokens.caughtKeys()) yield { keyId, settle: done };
}
