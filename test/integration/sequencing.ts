import { createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import { CreateTableCommand, type ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, noEntries, type StreamHead } from '#core/log/entry.ts';
import { formatNote, type VerifierKey } from '#core/log/note.ts';
import { type Aws, awsOf } from '#dev/aws.ts';
import { type Cloud, connect } from '#dev/cloud/cloud.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import type { Interference } from './faults.ts';

/**
 * Sequencers in the test's own process, each as its own Lambda instance would be: modules, clients and what it keeps
 * in memory are nobody else's. They write a log of the test's own, and whatever they ask AWS for passes here first.
 */

/** The cloud that `npm test` started. */
export function theCloud(): Cloud {
  const state = process.env.WRIT_STATE;
  if (state === undefined)
    throw new Error('Run this by npm test or npm run test:integration: it needs a cloud.');
  return connect(state);
}

/** A log beside the stack's: two tables as `lib/tables.ts` makes them, a locked bucket, a key that signs. */
export interface OwnLog {
  aws: Aws;
  bucket: string;
  table: string;
  outbox: string;
  key: VerifierKey;
  /** What its functions are told at deployment. */
  env: Record<string, string>;
}

/** A key that can sign checkpoints. It takes the longest to make: logs may share one. */
export async function newLogKey(cloud: Cloud): Promise<string> {
  const { KeyMetadata } = await awsOf(cloud).kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }),
  );
  if (KeyMetadata?.Arn === undefined) throw new Error('KMS made no key');
  return KeyMetadata.Arn;
}

/** @param locked `false`: a bucket that keeps one version and lets it be overwritten */
export async function newLog(cloud: Cloud, keyArn: string, { locked = true } = {}): Promise<OwnLog> {
  const aws = awsOf({ ...cloud, endpoint: cloud.emulatorEndpoint });
  const id = randomUUID().slice(0, 13);
  const [table, outbox, bucket, origin] = [
    `own-log-${id}`,
    `own-outbox-${id}`,
    `own-log-${id}`,
    `own.invalid/${id}`,
  ];
  const [{ PublicKey }] = await Promise.all([
    awsOf(cloud).kms.send(new GetPublicKeyCommand({ KeyId: keyArn })),
    createTable(aws, table, ['pk', 'S'], ['sk', 'S']),
    createTable(aws, outbox, ['stream', 'S'], ['n', 'N']),
    aws.s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: locked })),
  ]);
  if (locked) {
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
    await aws.s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    );
  }
  const { x = '' } = createPublicKey({
    key: Buffer.from(PublicKey ?? []),
    format: 'der',
    type: 'spki',
  }).export({ format: 'jwk' });
  const env = {
    LOG_TABLE: table,
    ENTRIES_TABLE: outbox,
    LOG_BUCKET: bucket,
    LOG_KEY: keyArn,
    LOG_ORIGIN: origin,
    AWS_REGION: cloud.region,
    AWS_ENDPOINT_URL: cloud.endpoint,
    // What KMS does is the gate's to decide; the rest need not go through it.
    AWS_ENDPOINT_URL_DYNAMODB: cloud.emulatorEndpoint,
    AWS_ENDPOINT_URL_S3: cloud.emulatorEndpoint,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    // Metrics, where they are wanted, go where a test can read them.
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  return { aws, bucket, table, outbox, key: { name: origin, publicKey: Buffer.from(x, 'base64url') }, env };
}

type Attribute = [name: string, type: ScalarAttributeType];

async function createTable(aws: Aws, TableName: string, hash: Attribute, range: Attribute): Promise<void> {
  await aws.dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: hash[0], KeyType: 'HASH' },
        { AttributeName: range[0], KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [hash, range].map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
    }),
  );
}

/** Signs a checkpoint with the log's key, under a name that need not be the log's. */
export async function signedBy(log: OwnLog, text: string, name = log.key.name): Promise<string> {
  const { Signature = new Uint8Array() } = await log.aws.kms.send(
    new SignCommand({
      KeyId: log.env.LOG_KEY,
      Message: utf8(text),
      MessageType: 'RAW',
      SigningAlgorithm: 'ED25519_SHA_512',
    }),
  );
  return formatNote(text, { ...log.key, name }, Signature);
}

export interface Instance {
  /** Hands over what the outbox's stream delivers. */
  deliver(items: readonly OutboxItem[]): Promise<void>;
  handler: typeof import('#functions/sequence.ts').handler;
  /** The log as this instance reads it. */
  reader: typeof import('#functions/aws/log.ts');
  bucket: typeof import('#functions/aws/log-bucket.ts');
  /** How this instance grows the log. */
  tree: typeof import('#functions/aws/tree.ts');
  /** Counts calls from 1 again, and does this to them. */
  interfere(by?: Interference): void;
  /** Calls since then, by what was called. */
  calls(): string[];
}

const functions = new URL('../../functions/', import.meta.url).href;

// Whatever an instance's modules import of `functions/` is the instance's own too.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const { search = '' } = URL.parse(context.parentURL ?? '') ?? {};
    return search.startsWith('?instance=') && found.url.startsWith(functions)
      ? { ...found, url: `${found.url}${search}` }
      : found;
  },
});

let instances = 0;
let loading: Promise<unknown> = Promise.resolve();

/** Starts a sequencer as a Lambda instance is started: with nothing in memory. */
export function newInstance(log: Pick<OwnLog, 'env'>, { metrics = false } = {}): Promise<Instance> {
  // Each module asks for what it needs when it is loaded: one instance at a time.
  const instance = loading.then(() => load(log, metrics));
  loading = instance.catch(() => {});
  return instance;
}

async function load({ env }: Pick<OwnLog, 'env'>, metrics: boolean): Promise<Instance> {
  Object.assign(process.env, env, { POWERTOOLS_METRICS_DISABLED: String(!metrics) });
  const own = `?instance=${++instances}`;
  const { handler }: typeof import('#functions/sequence.ts') = await import(`${functions}sequence.ts${own}`);
  const reader: typeof import('#functions/aws/log.ts') = await import(`${functions}aws/log.ts${own}`);
  const bucket: typeof import('#functions/aws/log-bucket.ts') = await import(
    `${functions}aws/log-bucket.ts${own}`
  );
  const tree: typeof import('#functions/aws/tree.ts') = await import(`${functions}aws/tree.ts${own}`);
  const { dynamo, s3, kms }: typeof import('#functions/aws/clients.ts') = await import(
    `${functions}aws/clients.ts${own}`
  );
  const asked: string[] = [];
  let interference: Interference = (_n, send) => send();
  const pass = <R>(name: string | undefined, input: object, send: () => Promise<R>): Promise<R> =>
    interference(asked.push(String(name)), send, String(name), input);
  // Outermost: a call is what the code asked for, with all that the SDK does to get it through.
  const outermost = { step: 'initialize', priority: 'high', name: 'interference' } as const;
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        pass(commandName, args.input, () => next(args)),
    outermost,
  );
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        pass(commandName, args.input, () => next(args)),
    outermost,
  );
  kms.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        pass(commandName, args.input, () => next(args)),
    outermost,
  );
  return {
    handler: (...args) => handler(...args),
    deliver: (items) => handler({ Records: items.map(recordOf) }),
    reader,
    bucket,
    tree,
    interfere: (by = (_n, send) => send()) => {
      asked.length = 0;
      interference = by;
    },
    calls: () => [...asked],
  };
}

/** An outbox item as DynamoDB's stream brings it. */
export function recordOf({ stream, n, entry, together }: OutboxItem): DynamoDBRecord {
  return {
    eventName: 'INSERT',
    dynamodb: {
      NewImage: {
        stream: { S: stream },
        n: { N: String(n) },
        entry: { S: entry },
        ...(together === undefined
          ? {}
          : {
              together: {
                L: together.map((each) => ({ M: { stream: { S: each.stream }, n: { N: String(each.n) } } })),
              },
            }),
      },
    },
  };
}

/** Makes entries of streams, as acts commit them. */
export class Acts {
  private readonly heads = new Map<string, StreamHead>();

  /** The next entry of a stream. */
  one(stream: string): OutboxItem {
    const reviewer = randomBytes(32).toString('base64url');
    const { entry, head } = appendEntry(
      stream,
      this.heads.get(stream) ?? noEntries,
      { kind: 'review.opened', data: { reviewer } },
      new Date().toISOString(),
    );
    this.heads.set(stream, head);
    return { stream, n: entry.n, entry: canonicalJson(entry) };
  }

  /** Entries of several streams, committed in one transaction. */
  together(...streams: readonly string[]): OutboxItem[] {
    const items = streams.map((stream) => this.one(stream));
    const together = items.map(({ stream, n }) => ({ stream, n }));
    return items.map((item) => ({ ...item, together }));
  }

  /** So many entries, of as many streams. */
  many(count: number, streams = count): OutboxItem[] {
    const names = Array.from({ length: streams }, () => `case/${randomUUID()}`);
    return Array.from({ length: count }, (_, i) => this.one(names[i % streams] ?? ''));
  }
}

/** Puts entries into the outbox, as commits do. */
export async function commit(
  { aws, outbox }: OwnLog,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  for (const Item of items) await aws.dynamo.send(new PutCommand({ TableName: outbox, Item }));
}
