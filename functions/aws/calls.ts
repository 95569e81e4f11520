import { randomUUID } from 'node:crypto';
import { PutCommand, paginateScan, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { sha256 } from '#core/canonical.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import type { Rate } from '#core/registry/terms.ts';
import { dynamo, lostRace } from './clients.ts';
import { entryPuts, putSingleEntry, tell } from './entries.ts';
import { env } from './env.ts';

const { CALLS_TABLE } = env('CALLS_TABLE');

/** A nonce is kept an hour past its signature's expiry, so that no clock that is off lets it in twice. */
const nonceMarginSeconds = 3600;

/**
 * Accepts a signature once (I8): nonce and key in one conditional write.
 * @param expires unix seconds
 * @returns false if it was accepted before
 */
export async function acceptOnce(keyId: string, nonce: string, expires: number): Promise<boolean> {
  try {
    await dynamo.send(
      new PutCommand({
        TableName: CALLS_TABLE,
        Item: { pk: `nonce#${keyId}#${nonce}`, ttl: expires + nonceMarginSeconds },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (lostRace(error)) return false;
    throw error;
  }
}

/** The part of a transaction that adds one to a count, unless it has reached its limit. */
export function rateUpdate(agency: string, { name, limit, until }: Rate) {
  return {
    Update: {
      TableName: CALLS_TABLE,
      Key: { pk: `rate#${agency}#${name}` },
      UpdateExpression: 'SET #n = if_not_exists(#n, :zero) + :one, #t = :until',
      // `attribute_not_exists` alone would let the first pass a limit of none.
      ConditionExpression: ':zero < :limit AND (attribute_not_exists(#n) OR #n < :limit)',
      ExpressionAttributeNames: { '#n': 'n', '#t': 'ttl' },
      ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':limit': limit, ':until': until },
    },
  };
}

const refusedPrefix = 'refused#';
/** Codes hold no underscore, so this is none of them. */
const totalOf = '_total';
const countsItem = z.object({ pk: z.string(), [totalOf]: z.int() }).catchall(z.int());

/** Counts a refusal that may be a stranger's. `expire` turns each past hour's counts into an entry. */
export async function countRefusal(code: string, at: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      TableName: CALLS_TABLE,
      Key: { pk: `${refusedPrefix}${at.slice(0, 13)}` },
      UpdateExpression: 'ADD #c :one, #t :one',
      ExpressionAttributeNames: { '#c': code, '#t': totalOf },
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}

/**
 * Leaves a trace of a refusal.
 *
 * A known key's refusal is an entry. One whose signature was proven has an entry a message, however often the
 * message is sent again; one that merely names an enrolled key has an entry an hour and code, since anybody can
 * name a key. Everything beyond is counted, and so are strangers: nobody can fill an immutable bucket from
 * outside (I8).
 */
export async function traceRefusal(refusal: {
  code: string;
  at: string;
  key: KeyRecord | undefined;
  /** The accepted signature's nonce, if the signature was verified. */
  proven: string | undefined;
}): Promise<void> {
  const { code, at, key, proven } = refusal;
  if (key !== undefined) {
    const which = proven ?? `hour ${at.slice(0, 13)}`;
    const id = Buffer.from(sha256(`${key.keyId}\0${code}\0${which}`)).toString('base64url');
    const written = await putSingleEntry(`refusal/${id}`, {
      kind: 'request.refused',
      data: {
        role: key.role,
        ...(key.agency === undefined ? {} : { agency: key.agency }),
        code,
        proven: proven !== undefined,
      },
    });
    if (written) return;
  }
  await countRefusal(code, at);
}

/**
 * Turns the counts of every hour that is over into an entry; they become it in one transaction, so none is lost or
 * told twice. What was still being counted when its hour was told is told by the next sweep.
 */
export async function reportStrangers(at: string): Promise<void> {
  const thisHour = at.slice(0, 13);
  const pages = paginateScan(
    { client: dynamo },
    {
      TableName: CALLS_TABLE,
      FilterExpression: 'begins_with(pk, :refused) AND pk < :now',
      ExpressionAttributeValues: { ':refused': refusedPrefix, ':now': `${refusedPrefix}${thisHour}` },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) await reportHour(countsItem.parse(item));
  }
}

async function reportHour({ pk, [totalOf]: total, ...counts }: z.infer<typeof countsItem>) {
  const hour = pk.slice(refusedPrefix.length);
  const body = { kind: 'strangers.refused' as const, data: { hour, counts } };
  const { entry } = tell(`strangers/${hour}/${randomUUID()}`, { n: 0 }, body);
  const told = {
    TableName: CALLS_TABLE,
    Key: { pk },
    ConditionExpression: '#t = :total',
    ExpressionAttributeNames: { '#t': totalOf },
    ExpressionAttributeValues: { ':total': total },
  };
  try {
    await dynamo.send(new TransactWriteCommand({ TransactItems: [{ Delete: told }, ...entryPuts(entry)] }));
  } catch (error) {
    // Counted meanwhile, or told by another sweep: the next one sees.
    if (!lostRace(error)) throw error;
  }
}
