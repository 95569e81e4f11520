import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Link, parseLink } from '#core/log/chain.ts';
import { entryHash } from '#core/log/entry.ts';
import { dynamo, s3 } from './clients.ts';
import { env } from './env.ts';

const { LOG_TABLE, LOG_BUCKET } = env('LOG_TABLE', 'LOG_BUCKET');

/** The one authoritative head. `published`: how many links are in the bucket for certain. */
export const headSchema = z.object({
  size: z.coerce.bigint(),
  hash: z.string(),
  published: z.coerce.bigint(),
});
export type LogHead = z.infer<typeof headSchema>;

export const headKey = { pk: 'head', sk: '-' };
export const linkKey = (index: bigint) => ({ pk: 'link', sk: index.toString().padStart(20, '0') });
export const placeKey = (stream: string, n: number) => ({ pk: `place#${stream}`, sk: String(n) });

/** Where a link lies in the bucket. */
export const linkObject = (index: bigint) => `entry/${index.toString().padStart(20, '0')}.json`;

export async function readHead(): Promise<LogHead | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: LOG_TABLE, Key: headKey, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : headSchema.parse(Item);
}

/** The texts of the links that are staged, or published, from one index to another, in order. `to` is exclusive. */
export async function* stagedLinks(from: bigint, to: bigint): AsyncGenerator<string> {
  if (from >= to) return;
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: LOG_TABLE,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': linkKey(from).pk,
        ':from': linkKey(from).sk,
        ':to': linkKey(to - 1n).sk,
      },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items.map((item) => z.string().parse(item.text));
}

/**
 * The link of an entry, read from the Object Lock bucket itself, or undefined while the log has not got there.
 * A table may say that an entry is published; only the bucket proves it (I4).
 *
 * @param hash the entry's hash as the caller committed it, where the caller knows it
 * @throws Error if the bucket holds another entry in its place
 */
export async function publishedLink(stream: string, n: number, hash?: string): Promise<Link | undefined> {
  const place = await dynamo.send(
    new GetCommand({ TableName: LOG_TABLE, Key: placeKey(stream, n), ConsistentRead: true }),
  );
  if (place.Item === undefined) return undefined;
  const index = BigInt(z.string().parse(place.Item.index));
  let text: string | undefined;
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: LOG_BUCKET, Key: linkObject(index) }));
    text = await object.Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
  const link = parseLink(text ?? '');
  if (
    link.index !== index ||
    link.entry.stream !== stream ||
    link.entry.n !== n ||
    (hash !== undefined && entryHash(link.entry) !== hash)
  ) {
    throw new Error('the log holds another entry in this place');
  }
  return link;
}
