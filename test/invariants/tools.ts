import { createPublicKey } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCommand, QueryCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Session } from '#client/exchange.ts';
import { prepare } from '#client/exchange.ts';
import { type Case, caseSchema } from '#core/cases/case.ts';
import { withoutListing } from '#core/state/cases.ts';
import { tokenKeysOf, tokensItem } from '#core/state/grant-tokens.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { encryptionContext, privateEpochKey } from '#core/vault/seal.ts';
import type { Outputs, World } from '#dev/world.ts';
import { pseudonymOf } from '../harness.ts';

/** What the tests of the invariants share beyond the harness: an attacker's view of tables, keys and the wire. */

/** The case as it lies in the table, as an operator can read it. */
export async function storedCase(world: World, id: string): Promise<Case> {
  const { Item } = await world.aws.dynamo.send(
    new GetCommand({
      TableName: world.outputs.CasesTableName,
      Key: { pk: `case#${id}` },
      ConsistentRead: true,
    }),
  );
  const { by: _, mac: __, ...item } = z.looseObject({ pk: z.string() }).parse(Item);
  return caseSchema.parse(withoutListing(item));
}

/** The tokens of a case's grants, as they lie in the table for the minutes in which KMS may ask for them. */
export async function storedTokens(world: World, id: string): Promise<string[]> {
  const found = await Promise.all(
    tokenKeysOf(id).map((Key) =>
      world.aws.dynamo.send(
        new GetCommand({ TableName: world.outputs.CasesTableName, Key, ConsistentRead: true }),
      ),
    ),
  );
  return found.flatMap(({ Item }) => (Item === undefined ? [] : tokensItem.strip().parse(Item).tokens));
}

/** Every item of a table, page by page. */
export async function* scan(world: World, input: ScanCommandInput): AsyncGenerator<Record<string, unknown>> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await world.aws.dynamo.send(
      new ScanCommand({
        ConsistentRead: true,
        ...input,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

const storedEntry = z.looseObject({ stream: z.string(), n: z.number(), kind: z.string(), entry: z.string() });

/** A case's entries as they were committed, in their order. */
export async function storedEntries(world: World, id: string) {
  const { Items } = await world.aws.dynamo.send(
    new QueryCommand({
      TableName: world.outputs.EntriesTableName,
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'stream' },
      ExpressionAttributeValues: { ':s': `case/${id}` },
      ConsistentRead: true,
    }),
  );
  return z.array(storedEntry).parse(Items);
}

const wrapped = z.object({
  pk: z.string(),
  sk: z.string(),
  publicKey: z.custom<Uint8Array>(),
  wrappedKey: z.custom<Uint8Array>(),
  keyId: z.string(),
});

/** An account's wrapped private keys with the context that would open each. Everybody who reads the table has these. */
export async function wrappedKeys(world: World, account: string) {
  const { Items } = await world.aws.dynamo.send(
    new QueryCommand({
      TableName: world.outputs.VaultTableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :key)',
      ExpressionAttributeValues: { ':pk': await pseudonymOf(world, account), ':key': 'key#' },
      ConsistentRead: true,
    }),
  );
  return z
    .array(wrapped)
    .parse(Items)
    .map(({ pk, sk, publicKey, wrappedKey, keyId }) => {
      const [, kind, epoch = ''] = sk.split('#');
      const epochKey: EpochKey = { subject: pk, kind: kind === 'phone' ? 'phone' : 'access', epoch };
      const EncryptionContext = encryptionContext(epochKey);
      return { epochKey, publicKey, KeyId: keyId, CiphertextBlob: wrappedKey, EncryptionContext };
    });
}

const lookup = z.looseObject({ pk: z.string(), sk: z.string(), ttl: z.number() });

/** By what an account can be looked up: the items under its numbers' and usernames' blind indices. */
export async function lookupsOf(world: World, account: string) {
  const found = scan(world, {
    TableName: world.outputs.VaultTableName,
    FilterExpression: 'begins_with(pk, :lookup) AND begins_with(sk, :subject)',
    ExpressionAttributeValues: { ':lookup': 'lookup#', ':subject': await pseudonymOf(world, account) },
  });
  return z.array(lookup).parse(await Array.fromAsync(found));
}

/** The call that would open an epoch key, given the right. */
export async function firstWrappedKey(world: World, account: string) {
  const [first] = await wrappedKeys(world, account);
  if (first === undefined) throw new Error('the account has no epoch key');
  return first;
}

/** Whether bytes are the private key of an epoch key: what an attacker would be after. */
export function isOfKeyPair(bytes: Uint8Array | undefined, publicKey: Uint8Array): boolean {
  if (bytes?.length !== 32) return false;
  const { x } = createPublicKey(privateEpochKey(bytes)).export({ format: 'jwk' });
  return x === Buffer.from(publicKey).toString('base64url');
}

/** Invokes a function of the stack as its event source would. */
export async function invoked(
  world: World,
  name: 'Authorise' | 'Expire' | 'Forget' | 'Prepare' | 'Preserve' | 'Seal' | 'Sequence',
  event: unknown,
): Promise<{ failed: boolean; log: string }> {
  const functionName: keyof Outputs = `${name}FunctionName`;
  const { FunctionError, LogResult } = await world.aws.lambda.send(
    new InvokeCommand({
      FunctionName: world.outputs[functionName],
      Payload: JSON.stringify(event),
      LogType: 'Tail',
    }),
  );
  return {
    failed: FunctionError !== undefined,
    log: Buffer.from(LogResult ?? '', 'base64').toString(),
  };
}

/** Signs and sends, and hands back whatever came: for looking at headers and at refusals' bodies. */
export async function exchange(
  session: Session,
  method: string,
  target: string,
  value?: unknown,
): Promise<{ status: number; headers: Headers; text: string }> {
  const { url, headers, body } = await prepare(session, method, target, value);
  return bare(url, { method, headers, ...(body === undefined ? {} : { body: new Uint8Array(body) }) });
}

/** Sends as it stands, signed or not. */
export async function bare(
  url: string,
  init: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Does something to each of a list, a few at a time: the cloud has a core of its own at most. */
export async function eachOf<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < list.length; i += atOnce) {
    results.push(...(await Promise.all(list.slice(i, i + atOnce).map(work))));
  }
  return results;
}

export function codeOf(text: string): string {
  return z.looseObject({ code: z.string() }).parse(JSON.parse(text)).code;
}
