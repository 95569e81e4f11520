import type { Entry } from '#core/log/entry.ts';
import type { EncryptionKey, KeyRecord } from '#core/registry/records.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyStream } from '#core/state/registry-changes.ts';
import { provenKeys, recipientEntry, recipientOf } from './enrolment.ts';
import { gatherRegistry } from './registry-evidence.ts';
import { type LogReader, readWhole } from './streams.ts';

/**
 * Proves who is enrolled, and remembers it: the log only grows, so what it once proved stays proven. Whether a key was
 * revoked since is asked of the log each time.
 */
export interface Prover {
  /** A key as it was enrolled by right, back to the founding; undefined where that is not proven. */
  key(log: LogReader, keyId: string): Promise<KeyRecord | undefined>;
  /** What an agency's disclosures are encrypted to at an instant; undefined where no proven key is active. */
  recipient(log: LogReader, agency: string, at: string): Promise<EncryptionKey | undefined>;
}

/** So many are remembered: somebody who writes tables must not fill an instance's memory. */
const remembered = 2000;

export function registryProver(registry: Pick<RegistryState, 'getKey' | 'getChange'>): Prover {
  const keys = memory<KeyRecord>();
  const histories = memory<readonly Entry[]>();
  const recipients = memory<EncryptionKey>();

  return {
    async key(log, keyId) {
      const known = keys.get(keyId);
      if (known !== undefined) return known;
      const proven = provenKeys(await gatherRegistry({ keys: [keyId] }, log, registry));
      // Whether it is revoked may change.
      for (const [id, { revokedAt: _, ...key }] of proven) keys.set(id, key);
      return keys.get(keyId);
    },

    async recipient(log, agency, at) {
      const history = await readWhole(log, agencyStream(agency), histories.get(agency));
      histories.set(agency, history);
      const entry = recipientEntry(history, at);
      if (entry?.kind !== 'agency.changed') return undefined;
      const { by } = entry.data;
      const known = recipients.get(by);
      if (known !== undefined) return known;
      const evidence = await gatherRegistry({ keys: [], origins: [by] }, log, registry);
      const recipient = await recipientOf(entry, evidence);
      if (recipient !== undefined) recipients.set(by, recipient);
      return recipient;
    },
  };
}

function memory<T>() {
  const values = new Map<string, T>();
  return {
    get: (name: string) => values.get(name),
    set(name: string, value: T): void {
      if (values.size >= remembered) values.clear();
      values.set(name, value);
    },
  };
}
