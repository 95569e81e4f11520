import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { urlFiles } from '#client/log/source.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { METRICS, NAMESPACE } from './metrics.ts';
import { monitorRound, type RoundPorts } from './round.ts';

const env = z
  .object({
    LOG_URL: z.string(),
    LOG_KEY: z.string(),
    STATE_BUCKET: z.string(),
    TOPIC: z.string(),
    TRUST_POLICY: z.string().optional(),
  })
  .parse(process.env);
const [s3, sns] = [new S3Client(), new SNSClient()];
const key = parseVerifierKey(env.LOG_KEY);
const policy = env.TRUST_POLICY === undefined ? undefined : parseTrustPolicy(env.TRUST_POLICY);

const Bucket = env.STATE_BUCKET;
const stateKey = 'state/monitor.sqlite';
/** A checkpoint may take so long to be cosigned. */
const witnessedWithinMs = 3_600_000;
/** A log of Writ's has entries of its own each day. */
const quietAfterMs = 26 * 3_600_000;
/** SNS takes 256 KB: notes are in the bucket. */
const mostMessage = 200_000;

const ports: Omit<RoundPorts, 'timeLeft'> = {
  read: urlFiles(env.LOG_URL),
  async load() {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key: stateKey }));
      if (Body === undefined || ETag === undefined) throw new Error('the state has no body');
      return { bytes: await Body.transformToByteArray(), version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },
  async save(bytes, over) {
    const condition = over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over };
    await s3.send(new PutObjectCommand({ Bucket, Key: stateKey, Body: bytes, ...condition }));
  },
  async keepEvidence(name, note) {
    await s3.send(new PutObjectCommand({ Bucket, Key: `evidence/${name}`, Body: note }));
  },
  async tell(Subject, { evidence, ...told }) {
    const whole = JSON.stringify({ ...told, ...(evidence && { evidence }) }, null, 2);
    const Message = whole.length <= mostMessage ? whole : JSON.stringify(told, null, 2);
    await sns.send(new PublishCommand({ TopicArn: env.TOPIC, Subject, Message }));
  },
};

/** One round. It fails where the log could not be read, so that an alarm counts it. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const timeLeft = () => context.getRemainingTimeInMillis();
  const watched = {
    key,
    now: Date.now(),
    quietAfterMs,
    ...(policy && { witnesses: { policy, afterMs: witnessedWithinMs } }),
  };
  const { found, standing, isCut, unread, ...round } = await monitorRound({ ...ports, timeLeft }, watched);
  const errors = new Set(
    [...found, ...standing].filter(({ severity }) => severity === 'error').map(({ id }) => id),
  );
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: watched.now,
        CloudWatchMetrics: [
          { Namespace: NAMESPACE, Dimensions: [[]], Metrics: [{ Name: METRICS.findings, Unit: 'Count' }] },
        ],
      },
      [METRICS.findings]: errors.size,
      size: String(round.size ?? ''),
      entries: String(round.entries),
      added: String(round.added),
      isCut,
    }),
  );
  if (unread !== undefined && !isCut) throw new Error(unread);
}
