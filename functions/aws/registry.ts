import { GetCommand, paginateQuery, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { CaseError } from '#core/cases/errors.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry, EntryBody } from '#core/log/entry.ts';
import { type Change, type ChangeOutcome, changeSchema } from '#core/registry/change.ts';
import { RegistryError } from '#core/registry/errors.ts';
import {
  type AgencyRecord,
  agencyRecord,
  type DeskRecord,
  deskRecord,
  isActive,
  type KeyRecord,
  keyRecord,
  type Member,
} from '#core/registry/records.ts';
import type { Place } from '#core/wire/list-page.ts';
import { cancelled, dynamo, lostRace } from './clients.ts';
import type { Prepared } from './commit.ts';
import { entryPuts, tell } from './entries.ts';
import { env } from './env.ts';

/**
 * The registry's table: keys, agencies, the desk, whose key a person holds, and the changes that made them. Every
 * write is one transaction with the entries that tell it (I6).
 */
const { REGISTRY_TABLE } = env('REGISTRY_TABLE');

const keyItem = (keyId: string) => ({ pk: `key#${keyId}` });
const agencyItem = (id: string) => ({ pk: `agency#${id}` });
const holderItem = (holder: string) => ({ pk: `holder#${holder}` });
const changeItem = (id: string) => ({ pk: `change#${id}` });
const deskItem = { pk: 'desk' };

/** What the index lists: changes by their status, and keys that were revoked. */
const revoked = 'revoked';

/** Another act got in between: read again, decide again. */
export class StaleRegistryError extends Error {
  override name = 'StaleRegistryError';
}

export async function readItem(key: { pk: string }): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: REGISTRY_TABLE, Key: key, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : recordOf(Item);
}

function recordOf({ pk: _, listed: __, since: ___, ...record }: Record<string, unknown>) {
  return record;
}

export async function getKey(keyId: string): Promise<KeyRecord | undefined> {
  const item = await readItem(keyItem(keyId));
  return item === undefined ? undefined : keyRecord.parse(item);
}

export async function getAgency(id: string): Promise<AgencyRecord | undefined> {
  const item = await readItem(agencyItem(id));
  return item === undefined ? undefined : agencyRecord.parse(item);
}

export async function getDesk(): Promise<DeskRecord | undefined> {
  const item = await readItem(deskItem);
  return item === undefined ? undefined : deskRecord.parse(item);
}

/** @throws CaseError policy-not-adopted: what is deployed is not what two reviewers adopted */
export async function checkAdopted(policyHash: string): Promise<void> {
  const desk = await getDesk();
  if (!desk?.policies.some((policy) => policy.policyHash === policyHash))
    throw new CaseError('policy-not-adopted');
}

export async function getChange(id: string): Promise<Change | undefined> {
  const item = await readItem(changeItem(id));
  return item === undefined ? undefined : changeSchema.parse(item);
}

/** Which keys that decided a change may still act. */
export async function standingDeciders(change: Change, at: string): Promise<(keyId: string) => boolean> {
  const deciders = await Promise.all(change.decisions.map(({ keyId }) => getKey(keyId)));
  const standing = new Set(deciders.flatMap((key) => (key && isActive(key, at) ? [key.keyId] : [])));
  return (keyId) => standing.has(keyId);
}

/** A page of the changes of one status, the oldest first. */
export async function changesPage(
  status: Change['status'],
  { limit, from }: { limit: number; from?: Place | undefined },
): Promise<{ changes: Change[]; next?: Place | undefined }> {
  const { Items = [], LastEvaluatedKey: last } = await dynamo.send(
    new QueryCommand({
      TableName: REGISTRY_TABLE,
      IndexName: 'listed',
      KeyConditionExpression: 'listed = :v',
      ExpressionAttributeValues: { ':v': status },
      Limit: limit,
      ...(from === undefined
        ? {}
        : { ExclusiveStartKey: { ...changeItem(from.id), listed: status, since: from.at } }),
    }),
  );
  const changes = Items.map((item) => changeSchema.parse(recordOf(item)));
  const end = changes.at(-1);
  const isLast = last === undefined || end === undefined;
  return { changes, ...(isLast ? {} : { next: { at: end.proposedAt, id: end.id } }) };
}

/** Every key that was revoked, in the order in which it happened. */
export async function* revokedKeys(): AsyncGenerator<KeyRecord> {
  for await (const item of listed(revoked)) yield keyRecord.parse(item);
}

async function* listed(value: string): AsyncGenerator<Record<string, unknown>> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: REGISTRY_TABLE,
      IndexName: 'listed',
      KeyConditionExpression: 'listed = :v',
      ExpressionAttributeValues: { ':v': value },
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map(recordOf);
}

/** What a complete change does to the registry. Agency and desk carry the version that they were decided on. */
export interface Effects {
  key?: KeyRecord;
  agency?: AgencyRecord;
  desk?: DeskRecord;
  /** What is committed alongside. */
  also?: Prepared;
}

/** Where a key's own entries are: by a commitment, since an immutable log is no place for a person's key (I7). */
export const keyStream = (key: Pick<KeyRecord, 'keyId' | 'salt'>) =>
  `key/${commitment(key.salt, 'key', key.keyId)}`;

/**
 * Commits a change's next state with its entry and, when it is complete, with what it does and the entry of the key
 * that it enrols: all or nothing.
 *
 * @throws StaleRegistryError if the change, the agency or the desk moved meanwhile
 * @throws RegistryError key-enrolled, holder-conflict
 */
export async function commitChange(outcome: ChangeOutcome, effects: Effects = {}): Promise<Change> {
  const { next, entry: body } = outcome;
  const { entry, head } = place(`change/${next.id}`, next.entries, body);
  const committed: Change = { ...next, version: next.version + 1, entries: head };
  const enrolled = effects.key === undefined ? undefined : enrolment(effects.key);
  const also = [enrolled, effects.also].flatMap((each) => (each === undefined ? [] : [each.entry]));
  const items = [
    {
      Put: {
        TableName: REGISTRY_TABLE,
        Item: { ...changeItem(next.id), ...committed, listed: committed.status, since: committed.proposedAt },
        ...unlessMoved(next.version),
      },
    },
    ...(enrolled === undefined ? [] : keyPuts(enrolled.key)),
    ...(effects.also?.writes ?? []),
    ...entryPuts(entry, ...also),
    ...partyPuts(effects),
  ];
  try {
    await dynamo.send(new TransactWriteCommand({ TransactItems: items }));
  } catch (error) {
    throw whatWasInTheWay(error, effects.key === undefined ? undefined : { keys: [1], holders: [2] });
  }
  return committed;
}

/**
 * Revokes a key: from this moment the door refuses it (I8).
 *
 * @param by the pseudonym of who revokes it, or `provider`
 * @param party what the key belongs to, as it stands
 * @throws StaleRegistryError
 */
export async function commitRevocation(
  key: KeyRecord,
  by: string,
  because: string,
  at: string,
  party: Effects,
): Promise<void> {
  const { entry, head } = place(keyStream(key), key.entries, {
    kind: 'key.revoked',
    data: {
      role: key.role,
      ...(key.agency === undefined ? {} : { agency: key.agency }),
      key: commitment(key.salt, 'key', key.keyId),
      by: commitment(key.salt, 'holder', by),
      because,
    },
  });
  const { agency, desk } = party;
  const others = (members: readonly Member[]) => members.filter(({ keyId }) => keyId !== key.keyId);
  const left: Effects = {
    ...(agency === undefined ? {} : { agency: { ...agency, members: others(agency.members) } }),
    ...(desk === undefined ? {} : { desk: { ...desk, members: others(desk.members) } }),
  };
  try {
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: REGISTRY_TABLE,
              Item: {
                ...keyItem(key.keyId),
                ...key,
                revokedAt: at,
                entries: head,
                listed: revoked,
                since: at,
              },
              ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)',
            },
          },
          ...entryPuts(entry),
          ...partyPuts(left),
        ],
      }),
    );
  } catch (error) {
    throw whatWasInTheWay(error);
  }
}

/**
 * The first reviewers, and the policy that they begin with, in one transaction with the entry that names both.
 *
 * @throws StaleRegistryError, RegistryError key-enrolled, holder-conflict
 */
export async function commitFounding(
  keys: readonly KeyRecord[],
  desk: DeskRecord,
  policyHash: string,
): Promise<void> {
  const { entry, head } = place(foundingStream, desk.foundings, {
    kind: 'registry.founded',
    data: { keys: keys.map((key) => commitment(key.salt, 'key', key.keyId)), policyHash },
  });
  const enrolled = keys.map(enrolment);
  try {
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          ...partyPuts({ desk: { ...desk, foundings: head } }),
          ...enrolled.flatMap(({ key }) => keyPuts(key)),
          ...entryPuts(entry, ...enrolled.map((each) => each.entry)),
        ],
      }),
    );
  } catch (error) {
    // Two items a key, behind the desk.
    const places = keys.map((_, i) => 1 + 2 * i);
    throw whatWasInTheWay(error, { keys: places, holders: places.map((i) => i + 1) });
  }
}

export const foundingStream = 'registry/founding';

function enrolment(key: KeyRecord): { key: KeyRecord; entry: Entry } {
  const body: EntryBody = {
    kind: 'key.enrolled',
    data: {
      role: key.role,
      ...(key.agency === undefined ? {} : { agency: key.agency }),
      key: commitment(key.salt, 'key', key.keyId),
      holder: commitment(key.salt, 'holder', key.holder),
      by: key.enrolledBy,
      activeFrom: key.activeFrom,
    },
  };
  const { entry, head } = place(keyStream(key), { n: 0, hash: '' }, body);
  return { key: { ...key, entries: head }, entry };
}

/** A key, enrolled once; and its holder, who is on one side only: an officer is no reviewer, and no other agency's. */
function keyPuts(key: KeyRecord) {
  const side = key.agency === undefined ? key.role : `${key.role} ${key.agency}`;
  return [
    {
      Put: {
        TableName: REGISTRY_TABLE,
        Item: { ...keyItem(key.keyId), ...key },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Put: {
        TableName: REGISTRY_TABLE,
        Item: { ...holderItem(key.holder), side },
        ConditionExpression: 'attribute_not_exists(pk) OR side = :side',
        ExpressionAttributeValues: { ':side': side },
      },
    },
  ];
}

function partyPuts({ agency, desk }: Effects) {
  const put = (item: { pk: string }, record: AgencyRecord | DeskRecord) => ({
    Put: {
      TableName: REGISTRY_TABLE,
      Item: { ...item, ...record, version: record.version + 1 },
      ...unlessMoved(record.version),
    },
  });
  return [
    ...(agency === undefined ? [] : [put(agencyItem(agency.id), agency)]),
    ...(desk === undefined ? [] : [put(deskItem, desk)]),
  ];
}

function unlessMoved(version: number) {
  return version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };
}

export function place(stream: string, head: { n: number; hash: string }, body: EntryBody) {
  const { entry, head: moved } = tell(stream, head.n === 0 ? { n: 0 } : { n: head.n, hash: head.hash }, body);
  return { entry, head: { n: moved.n, hash: moved.hash ?? '' } };
}

/** Which condition failed: that a key is there already is its own news; that something moved is for another try. */
function whatWasInTheWay(error: unknown, puts?: { keys: number[]; holders: number[] }): unknown {
  if (!lostRace(error)) return error;
  const failed = cancelled(error);
  if (puts?.keys.some((i) => failed.includes(i))) return new RegistryError('key-enrolled');
  if (puts?.holders.some((i) => failed.includes(i))) return new RegistryError('holder-conflict');
  return new StaleRegistryError();
}
