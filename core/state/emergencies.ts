import { CaseError } from '#core/cases/errors.ts';
import { type EntryBody, noEntries } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { type EmergenciesRecord, emergenciesRecord } from '#core/registry/records.ts';
import { asOfEntry, type Prepared, record, type StatePorts } from './commit.ts';

/** Whether an agency's emergencies are accepted: an item of the registry, once they ever were suspended. */
const itemKey = (agency: string) => ({ pk: `emergencies#${agency}` });

export function emergencyState({ store, clock }: StatePorts) {
  async function get(agency: string): Promise<EmergenciesRecord> {
    const item = await store.get('registry', itemKey(agency));
    if (item === undefined) return { agency, entries: noEntries };
    const { pk: _, ...stored } = item;
    return emergenciesRecord.parse(stored);
  }

  /** @throws RegistryError emergencies-open */
  async function getSuspended(agency: string): Promise<EmergenciesRecord> {
    const current = await get(agency);
    if (current.suspendedBy === undefined) throw new RegistryError('emergencies-open');
    return current;
  }

  function prepare(next: EmergenciesRecord, body: EntryBody): Prepared {
    const { agency } = next;
    const { entries, head } = record(`emergencies/${agency}`, next.entries, clock.now(), body);
    const put = { ...itemKey(agency), ...next, entries: head };
    return { entries, writes: [{ table: 'registry', put, when: asOfEntry(next.entries) }] };
  }

  return {
    get,
    getSuspended,

    /** @throws CaseError emergencies-suspended */
    async checkAccepted(agency: string): Promise<void> {
      const { suspendedBy } = await get(agency);
      if (suspendedBy !== undefined) throw new CaseError('emergencies-suspended');
    },

    /** Prepares that they are accepted no more: to be committed with what they are suspended for. */
    suspend(current: EmergenciesRecord, caseId: string): Prepared {
      const data = { agency: current.agency, case: caseId };
      return prepare({ ...current, suspendedBy: caseId }, { kind: 'emergencies.suspended', data });
    },

    /** Prepares that they are accepted again: to be committed with the change of the registry. @throws RegistryError emergencies-open */
    async reopen(agency: string, change: string): Promise<Prepared> {
      const { suspendedBy: _, ...current } = await getSuspended(agency);
      return prepare(current, { kind: 'emergencies.reopened', data: { agency, change } });
    },
  };
}
export type EmergencyState = ReturnType<typeof emergencyState>;
