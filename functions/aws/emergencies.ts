import { CaseError } from '#core/cases/errors.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { type EmergenciesRecord, emergenciesRecord } from '#core/registry/records.ts';
import type { Prepared } from './commit.ts';
import { env } from './env.ts';
import { place, readItem } from './registry.ts';

/** Whether an agency's emergencies are taken: an item of the registry, once they ever were suspended. */
const { REGISTRY_TABLE } = env('REGISTRY_TABLE');

const itemOf = (agency: string) => ({ pk: `emergencies#${agency}` });

export async function getEmergencies(agency: string): Promise<EmergenciesRecord> {
  const item = await readItem(itemOf(agency));
  return item === undefined ? { agency, entries: { n: 0, hash: '' } } : emergenciesRecord.parse(item);
}

/** @throws CaseError emergencies-suspended */
export async function checkEmergenciesTaken(agency: string): Promise<void> {
  if ((await getEmergencies(agency)).suspendedBy !== undefined) throw new CaseError('emergencies-suspended');
}

/** @throws RegistryError emergencies-open */
export async function suspendedEmergencies(agency: string): Promise<EmergenciesRecord> {
  const value = await getEmergencies(agency);
  if (value.suspendedBy === undefined) throw new RegistryError('emergencies-open');
  return value;
}

/** They are taken no more: to be committed with what they are suspended for. */
export function suspendEmergencies(emergenciesRecord: EmergenciesRecord, caseId: string): Prepared {
  const data = { agency: emergenciesRecord.agency, case: caseId };
  return prepare({ ...emergenciesRecord, suspendedBy: caseId }, { kind: 'emergencies.suspended', data });
}

/** They are taken again: to be committed with the change that says so. @throws RegistryError emergencies-open */
export async function reopenEmergencies(agency: string, change: string): Promise<Prepared> {
  const { suspendedBy: _, ...value } = await suspendedEmergencies(agency);
  return prepare(value, { kind: 'emergencies.reopened', data: { agency, change } });
}

function prepare(emergenciesRecord: EmergenciesRecord, body: EntryBody): Prepared {
  const { entry, head } = place(`emergencies/${emergenciesRecord.agency}`, emergenciesRecord.entries, body);
  const unlessMoved =
    emergenciesRecord.entries.n === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'entries.n = :n',
          ExpressionAttributeValues: { ':n': emergenciesRecord.entries.n },
        };
  const Item = { ...itemOf(emergenciesRecord.agency), ...emergenciesRecord, entries: head };
  return { writes: [{ Put: { TableName: REGISTRY_TABLE, Item, ...unlessMoved } }], entry };
}
