import { awsErrorName, s3Sdk } from '../../aws.ts';
import { CommandError } from '../../errors.ts';
import type { ClientSettings } from './account.ts';
import type { State } from './kinds.ts';
import { type Ender, lazily, there } from './things.ts';

type S3 = Awaited<ReturnType<typeof open>>;

async function open(settings: ClientSettings) {
  const sdk = await s3Sdk();
  // An endpoint of one's own has no name for each bucket.
  const forcePathStyle = settings.endpoint !== undefined;
  return { sdk, client: new sdk.S3Client({ ...settings, forcePathStyle }) };
}

/**
 * A bucket goes when it is empty. The log's is empty once the last lock has ended: in COMPLIANCE mode nobody can shorten a
 * lock, the account's root and AWS included (S3 User Guide, "Locking objects with Object Lock"). Until then it stays as it is.
 */
export function bucketEnder(settings: ClientSettings): Ender {
  const s3 = lazily(() => open(settings));
  return {
    look: (Bucket) => there(async () => lookAt(await s3(), Bucket), ['NoSuchBucket', 'NotFound']),
    async end(Bucket) {
      const opened = await s3();
      const { sdk, client } = opened;
      // It denies deletion to everybody.
      await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket })).catch((error: unknown) => {
        if (awsErrorName(error) !== 'NoSuchBucketPolicy') throw error;
      });
      await empty(opened, Bucket);
      await client.send(new sdk.DeleteBucketCommand({ Bucket }));
    },
  };
}

async function lookAt(s3: S3, Bucket: string): Promise<State> {
  await s3.client.send(new s3.sdk.HeadBucketCommand({ Bucket }));
  // Under one retention for all files the newest is locked longest; several may be of its second.
  let newest: { at: number; files: { Key: string; VersionId: string }[] } = { at: 0, files: [] };
  for await (const { Versions = [] } of versionsOf(s3, Bucket)) {
    for (const { Key = '', VersionId = '', LastModified } of Versions) {
      const at = LastModified?.getTime() ?? 0;
      if (at > newest.at) newest = { at, files: [] };
      if (at === newest.at) newest.files.push({ Key, VersionId });
    }
  }
  const locks = await Promise.all(newest.files.slice(0, 10).map((file) => lockOf(s3, Bucket, file)));
  const until = Math.max(0, ...locks);
  return until > Date.now() ? { is: 'locked', until: new Date(until).toISOString() } : { is: 'there' };
}

/** @returns 0 where nothing is locked */
async function lockOf(
  { sdk, client }: S3,
  Bucket: string,
  file: { Key: string; VersionId: string },
): Promise<number> {
  try {
    const { Retention } = await client.send(new sdk.GetObjectRetentionCommand({ Bucket, ...file }));
    return Retention?.RetainUntilDate?.getTime() ?? 0;
  } catch (error) {
    const none = ['NoSuchObjectLockConfiguration', 'InvalidRequest', 'ObjectLockConfigurationNotFoundError'];
    if (none.includes(awsErrorName(error))) return 0;
    throw error;
  }
}

/** The pages of a bucket's versions: the SDK has no paginator for them. */
async function* versionsOf({ sdk, client }: S3, Bucket: string) {
  for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined; ; ) {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
    yield page;
    if (page.IsTruncated !== true) return;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  }
}

async function empty(s3: S3, Bucket: string): Promise<void> {
  const { sdk, client } = s3;
  for await (const page of versionsOf(s3, Bucket)) {
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key = '', VersionId = '' }) => ({ Key, VersionId }),
    );
    if (Objects.length === 0) continue;
    const { Errors = [] } = await client.send(
      new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    );
    const [first] = Errors;
    if (first !== undefined)
      throw new CommandError(
        'aws-failed',
        `${Errors.length} files of a bucket could not be deleted (${first.Code})`,
        'run this again',
      );
  }
}
