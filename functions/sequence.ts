import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { emptyChain, extendChain } from '#core/log/chain.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { dynamo, lostRace, s3 } from './aws/clients.ts';
import { getEntry } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { headKey, type LogHead, linkKey, linkObject, placeKey, readHead, stagedLinks } from './aws/log.ts';
import { count } from './aws/observe.ts';

/**
 * Gives committed entries their place in the log: stage → compare-and-swap the head → write to the bucket → mark as
 * published. The links are staged in the same transaction that moves the head, so whoever comes after a crash
 * finds what was promised and writes it. An entry's place is taken once, so redelivery, and two sequencers at
 * the same time, change nothing (I6).
 */
const { LOG_TABLE, LOG_BUCKET } = env('LOG_TABLE', 'LOG_BUCKET');

/** Two items an entry and the head: a transaction takes 100. */
const chunkEntries = 45;

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const arrived = event.Records.map(({ dynamodb }) =>
    entrySchema.parse(JSON.parse(z.string().parse(dynamodb?.NewImage?.entry?.S))),
  );
  for (let i = 0; i < arrived.length; i += chunkEntries) {
    await sequence(arrived.slice(i, i + chunkEntries));
  }
  await publish(await readHead());
  // Counted here, past which no entry gets: whoever names reviewers without being one is heard of.
  const foundings = arrived.filter(({ kind }) => kind === 'registry.founded').length;
  if (foundings > 0) count('RegistryFounded', foundings);
}

async function sequence(arrived: readonly Entry[]): Promise<void> {
  for (;;) {
    const fresh = await inOrder(arrived);
    if (fresh.length === 0) return;
    try {
      // Predecessors that were fetched can make it more than one transaction holds: the rest comes next time round.
      await stage(await readHead(), fresh.slice(0, chunkEntries));
    } catch (error) {
      // Somebody else moved the head or placed one of these: look again.
      if (!lostRace(error)) throw error;
    }
  }
}

/**
 * The entries that have no place yet, each behind its predecessors: a stream can bring a case's entries out of
 * order, the log never does.
 */
async function inOrder(arrived: readonly Entry[]): Promise<Entry[]> {
  const fresh = new Map<string, Entry>();
  for (const entry of arrived) {
    const chain: Entry[] = [];
    let it: Entry | undefined = entry;
    while (it !== undefined && !fresh.has(placeId(it)) && !(await isPlaced(it))) {
      chain.unshift(it);
      it = it.n > 1 ? await getEntry(it.stream, it.n - 1) : undefined;
    }
    for (const link of chain) fresh.set(placeId(link), link);
  }
  return [...fresh.values()];
}

const placeId = (entry: Entry) => `${entry.stream} ${entry.n}`;

async function isPlaced(entry: Entry): Promise<boolean> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: LOG_TABLE, Key: placeKey(entry.stream, entry.n), ConsistentRead: true }),
  );
  return Item !== undefined;
}

/** Stages links and moves the head, or neither. */
async function stage(head: LogHead | undefined, entries: readonly Entry[]): Promise<void> {
  const { links, head: next } = extendChain(head ?? emptyChain, entries);
  await dynamo.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName: LOG_TABLE,
            Key: headKey,
            UpdateExpression: 'SET #size = :size, #hash = :hash, published = if_not_exists(published, :zero)',
            ConditionExpression:
              head === undefined ? 'attribute_not_exists(pk)' : '#size = :was AND #hash = :wasHash',
            ExpressionAttributeNames: { '#size': 'size', '#hash': 'hash' },
            ExpressionAttributeValues: {
              ':size': next.size,
              ':hash': next.hash,
              ':zero': 0,
              ...(head === undefined ? {} : { ':was': head.size, ':wasHash': head.hash }),
            },
          },
        },
        ...links.flatMap(({ link, text }) => [
          { Put: { TableName: LOG_TABLE, Item: { ...linkKey(link.index), text } } },
          {
            Put: {
              TableName: LOG_TABLE,
              Item: { ...placeKey(link.entry.stream, link.entry.n), index: link.index.toString() },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ]),
      ],
    }),
  );
}

/** Writes every staged link that is not known to be in the bucket, in order, then says how far it got. */
async function publish(head: LogHead | undefined): Promise<void> {
  if (head === undefined || head.published >= head.size) return;
  let index = head.published;
  for await (const text of stagedLinks(head.published, head.size)) await writeOnce(index++, text);
  if (index !== head.size) throw new Error('a staged link is missing');
  await dynamo
    .send(
      new UpdateCommand({
        TableName: LOG_TABLE,
        Key: headKey,
        UpdateExpression: 'SET published = :to',
        ConditionExpression: 'published < :to',
        ExpressionAttributeValues: { ':to': head.size },
      }),
    )
    .catch((error: unknown) => {
      if (!lostRace(error)) throw error;
    });
  count('EntriesPublished', Number(index - head.published));
}

/** Object Lock keeps what is written from being changed; `If-None-Match` keeps it from being written twice. */
async function writeOnce(index: bigint, text: string): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: LOG_BUCKET,
        Key: linkObject(index),
        Body: text,
        ContentType: 'application/json',
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  } catch (error) {
    // It is there already: whoever crashed had come this far. Staged links never change, so it is the same.
    if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw error;
  }
}
