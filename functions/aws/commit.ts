import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Entry, EntryBody } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import type { rateUpdate } from './calls.ts';
import { cancelled, dynamo, lostRace } from './clients.ts';
import { entryPuts, tell } from './entries.ts';

/** Another act got in between. The caller reads again and decides again. */
export class StaleCaseError extends Error {
  override name = 'StaleCaseError';
}

/** What acts are done on: a case, a preservation. */
interface Versioned {
  version: number;
  entries: { n: number; hash: string };
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** An act as it will be committed: its writes, and the entries that tell it. */
export interface Prepared {
  writes: Write[];
  entry: Entry;
}

/**
 * Prepares an act: the thing as it becomes and the entry that tells it. Conditional on the version the act was decided
 * on; a new one (version 0) also takes its agency's reference, which nobody can take twice.
 *
 * @param finish what the thing holds of its own entry, once that has its place
 */
export function prepareAct<T extends Versioned>(value: {
  table: string;
  key: { pk: string };
  /** The item that takes the reference. */
  reference: { pk: string } & Record<string, unknown>;
  stream: string;
  next: T;
  entry: EntryBody;
  finish?: (found: T, entry: Entry) => T;
}): Prepared & { committed: T } {
  const { n, hash } = value.next.entries;
  const { entry, head } = tell(value.stream, { n, ...(hash === '' ? {} : { hash }) }, value.entry);
  const numbered: T = {
    ...value.next,
    version: value.next.version + 1,
    entries: { n: head.n, hash: head.hash ?? '' },
  };
  const committed = value.finish?.(numbered, entry) ?? numbered;
  const unlessThere = { ConditionExpression: 'attribute_not_exists(pk)' };
  const unlessChanged = {
    ConditionExpression: 'version = :v',
    ExpressionAttributeValues: { ':v': value.next.version },
  };
  const put = (Item: object, condition: typeof unlessThere) => ({
    Put: { TableName: value.table, Item: { ...Item }, ...condition },
  });
  const isNew = value.next.version === 0;
  return {
    committed,
    entry,
    writes: [
      put({ ...value.key, ...committed }, isNew ? unlessThere : unlessChanged),
      ...(isNew ? [put(value.reference, unlessThere)] : []),
    ],
  };
}

/**
 * Commits acts with the entries that tell them, in one transaction (I6).
 *
 * @param rates what new ones count towards, in the same transaction: many at once pass no limit
 * @throws StaleCaseError if another act was first
 * @throws RegistryError rate-exceeded
 */
export async function commitActs(
  acts: readonly Prepared[],
  rates: readonly ReturnType<typeof rateUpdate>[] = [],
): Promise<void> {
  const writes = [...acts.flatMap((act) => act.writes), ...entryPuts(...acts.map(({ entry }) => entry))];
  try {
    await dynamo.send(new TransactWriteCommand({ TransactItems: [...writes, ...rates] }));
  } catch (error) {
    const failed = cancelled(error);
    // Its twin under the same reference is an answer; only what is new has reached a limit.
    if (failed.length > 0 && failed.every((i) => i >= writes.length))
      throw new RegistryError('rate-exceeded');
    if (lostRace(error)) throw new StaleCaseError();
    throw error;
  }
}
