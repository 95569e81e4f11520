import type { Entry } from '#core/log/entry.ts';
import { inParallel } from '#core/parallel.ts';
import { ownKeyOfProposal } from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import type { EncryptionKey, KeyRecord } from '#core/registry/records.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyStream } from '#core/state/registry-changes.ts';
import type { OwnRecipient } from './changes.ts';
import {
  ownEntries,
  ownRecipientOf,
  provenKeys,
  readOrigin,
  recipientEntry,
  recipientOf,
} from './enrolment.ts';
import { gatherRegistry } from './registry-evidence.ts';
import { type LogReader, readWhole } from './streams.ts';

/**
 * Proves who is enrolled, and remembers it: the log only grows, so what it once proved stays proven. Whether a key was
 * revoked since is asked of the log each time.
 */
export interface Prover {
  /** A key as it was enrolled by right, back to the founding; undefined where that is not proven. */
  key(log: LogReader, keyId: string): Promise<KeyRecord | undefined>;
  /**
   * What an answer is encrypted to at an instant: the officer's own key, or the agency's, where they have none.
   *
   * @returns undefined where no proven key is active; and where the log names a key that is not proven, so that nobody makes
   *   an answer go to the agency's by taking the proof of the officer's away
   */
  recipient(log: LogReader, to: Answered, at: string): Promise<Recipient | undefined>;
  /** The thumbprints of all officers' own keys that an agency ever had, as far as their changes are there. */
  ownRecipients(log: LogReader, agency: string): Promise<string[]>;
}

/** Whom an answer is for. */
export interface Answered {
  agency: string;
  /** Their key, as it is proven; without one, the agency as a whole. */
  officer?: Pick<KeyRecord, 'holder' | 'enrolledBy'> | undefined;
}

export interface Recipient extends EncryptionKey {
  /** Whether it is the officer's, and not the agency's. */
  isOwn: boolean;
}

/** So many are remembered: somebody who writes tables must not fill an instance's memory. */
const remembered = 2000;

export function registryProver(registry: Pick<RegistryState, 'getKey' | 'getChange'>): Prover {
  const keys = memory<KeyRecord>();
  const histories = memory<readonly Entry[]>();
  const recipients = memory<EncryptionKey>();
  const own = memory<OwnRecipient>();

  async function historyOf(log: LogReader, agency: string): Promise<readonly Entry[]> {
    const history = await readWhole(log, agencyStream(agency), histories.get(agency));
    histories.set(agency, history);
    return history;
  }

  const gathered = (log: LogReader, by: string) => gatherRegistry({ keys: [], origins: [by] }, log, registry);

  async function agencys(
    log: LogReader,
    history: readonly Entry[],
    at: string,
  ): Promise<Recipient | undefined> {
    const entry = recipientEntry(history, at);
    if (entry?.kind !== 'agency.changed') return undefined;
    const { by } = entry.data;
    const recipient = recipients.get(by) ?? (await recipientOf(entry, await gathered(log, by)));
    if (recipient === undefined) return undefined;
    recipients.set(by, recipient);
    return { ...recipient, isOwn: false };
  }

  return {
    async key(log, keyId) {
      const known = keys.get(keyId);
      if (known !== undefined) return known;
      const proven = provenKeys(await gatherRegistry({ keys: [keyId] }, log, registry));
      // Whether it is revoked or suspended may change.
      for (const [id, { revokedAt: _, suspension: __, ...key }] of proven) keys.set(id, key);
      return keys.get(keyId);
    },

    async recipient(log, { agency, officer }, at) {
      const history = await historyOf(log, agency);
      const candidates = officer === undefined ? [] : ownEntries(history, officer, at);
      for (const entry of candidates) {
        const { by } = entry.data;
        const given = own.get(by) ?? (await ownRecipientOf(entry, await gathered(log, by)));
        // Of whom it is cannot be said, so it may be this officer's.
        if (given === undefined) return undefined;
        own.set(by, given);
        const isForKey = !given.cameWithKey || by === officer?.enrolledBy;
        if (given.officer === officer?.holder && isForKey) return { ...given.key, isOwn: true };
      }
      return agencys(log, history, at);
    },

    async ownRecipients(log, agency) {
      const history = await historyOf(log, agency);
      const given = history.filter((entry) => entry.kind === 'recipient.enrolled');
      const thumbprints = await inParallel(given, 8, async ({ data: { by } }) => {
        const origin = readOrigin(by);
        const change =
          origin !== undefined && 'change' in origin ? await registry.getChange(origin.change) : undefined;
        const key = change && ownKeyOfProposal(change.proposal);
        return key === undefined ? [] : [(await importEncryptionKey(key.encryptionKey)).thumbprint];
      });
      return thumbprints.flat();
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
