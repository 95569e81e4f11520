import { randomUUID } from 'node:crypto';
import { CreateTableCommand, type ScalarAttributeType } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { inParallel } from '#core/parallel.ts';
import type { LogSigner } from '#core/ports.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import type { Store } from '#core/store/store.ts';
import { type TableName, tables } from '#core/store/tables.ts';
import { type Aws, awsOf } from '#dev/aws.ts';
import { type Cloud, connect } from '#dev/cloud/cloud.ts';
import type { Snapshot } from '../core/sequencer/audit.ts';
import type { Over } from '../core/sequencer/own-log.ts';
import { memoryWatch } from '../memory/outside.ts';

/** A log beside the stack's, on AWS as the emulator has it, with sequencers in the test's own process. */
export interface OwnLog {
  aws: Aws;
  bucket: string;
  tables: Record<'log' | 'entries', string>;
  store: Store;
  signer: LogSigner;
}

/** The cloud that `npm test` started. */
export function theCloud(): Cloud {
  const state = process.env.WRIT_STATE;
  if (state === undefined)
    throw new Error('Run this by npm test or npm run test:integration: it needs a cloud.');
  return connect(state);
}

type Adapters = Awaited<ReturnType<typeof load>>;
let loading: Promise<Adapters> | undefined;

/** The adapters of functions/aws. Their clients are made for one cloud, when they are loaded. */
export function adaptersOf(cloud: Cloud): Promise<Adapters> {
  loading ??= load(cloud);
  return loading;
}

async function load(cloud: Cloud) {
  Object.assign(process.env, {
    AWS_REGION: cloud.region,
    AWS_ENDPOINT_URL: cloud.endpoint,
    // What KMS does is the gate's to decide; the rest need not go through it.
    AWS_ENDPOINT_URL_DYNAMODB: cloud.emulatorEndpoint,
    AWS_ENDPOINT_URL_S3: cloud.emulatorEndpoint,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  });
  const [{ dynamoStore }, { s3LogFiles }, { kmsLogSigner }, clients] = await Promise.all([
    import('#functions/aws/dynamodb/store.ts'),
    import('#functions/aws/s3/log-files.ts'),
    import('#functions/aws/kms/log-signer.ts'),
    import('#functions/aws/clients.ts'),
  ]);
  return { dynamoStore, s3LogFiles, kmsLogSigner, clients };
}

/** A key that can sign checkpoints. It takes the longest to make: logs may share one. */
export async function newLogKey(cloud: Cloud): Promise<string> {
  const { KeyMetadata } = await awsOf(cloud).kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }),
  );
  if (KeyMetadata?.Arn === undefined) throw new Error('KMS made no key');
  return KeyMetadata.Arn;
}

/** A bucket as lib/log.ts makes the log's. */
export async function newLogBucket(cloud: Cloud): Promise<string> {
  const { s3 } = awsOf({ ...cloud, endpoint: cloud.emulatorEndpoint });
  const Bucket = `own-log-${randomUUID().slice(0, 13)}`;
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const;
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  return Bucket;
}

export async function newLog(cloud: Cloud, keyArn: string): Promise<OwnLog> {
  const aws = awsOf({ ...cloud, endpoint: cloud.emulatorEndpoint });
  const { dynamoStore, kmsLogSigner } = await adaptersOf(cloud);
  const [bucket, log, entries] = await Promise.all([
    newLogBucket(cloud),
    createTable(aws, 'log'),
    createTable(aws, 'entries'),
  ]);
  const names: Partial<Record<TableName, string>> = { log, entries };
  const nameOf = (table: TableName) => {
    const name = names[table];
    if (name === undefined) throw new Error(`a log has no table ${table}`);
    return name;
  };
  return {
    aws,
    bucket,
    tables: { log, entries },
    store: dynamoStore(nameOf),
    signer: kmsLogSigner(keyArn, `own.invalid/${bucket}`),
  };
}

async function createTable(aws: Aws, table: 'log' | 'entries'): Promise<string> {
  const { hash, range } = tables[table].key;
  const TableName = `own-${table}-${randomUUID().slice(0, 13)}`;
  const attribute = (AttributeName: string, AttributeType: ScalarAttributeType) => ({
    AttributeName,
    AttributeType,
  });
  await aws.dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: hash, KeyType: 'HASH' },
        { AttributeName: range.name, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        attribute(hash, 'S'),
        attribute(range.name, range.type === 'number' ? 'N' : 'S'),
      ],
    }),
  );
  return TableName;
}

/** A sequencer as a Lambda instance is started: with nothing in memory. */
export async function newInstance(cloud: Cloud, log: OwnLog, over: Over = (_, port) => port) {
  const { s3LogFiles } = await adaptersOf(cloud);
  return sequencer({
    store: over('store', log.store),
    files: keepingFiles(over('files', s3LogFiles(log.bucket))),
    signer: over('signer', log.signer),
    chance: { id: randomUUID },
    watch: memoryWatch(),
  });
}

const version = z.object({ Key: z.string(), VersionId: z.string() });

/** All of a log, out of the bucket with all versions, and of its table. */
export async function snapshotOf({ aws, bucket: Bucket, tables, signer }: OwnLog): Promise<Snapshot> {
  const listed: z.infer<typeof version>[] = [];
  for (let at: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; at !== undefined; ) {
    const page: ListObjectVersionsCommandOutput = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket, ...at }),
    );
    if (page.DeleteMarkers !== undefined && page.DeleteMarkers.length > 0)
      throw new Error('somebody hid a file of the log');
    listed.push(...z.array(version).parse(page.Versions ?? []));
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    at =
      page.IsTruncated && KeyMarker !== undefined
        ? { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }
        : undefined;
  }
  // S3 lists the newest version of a key first.
  const versions = await inParallel(listed.reverse(), 8, async ({ Key, VersionId }) => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return { path: Key, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  });
  const pages = paginateScan({ client: aws.dynamo }, { TableName: tables.log, ConsistentRead: true });
  const items = (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
  return { key: await signer.key(), versions, items, before: 0 };
}
