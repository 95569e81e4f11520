import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { sealer } from '#core/keeping/sealing.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { recordsAgain } from './aws/kinesis/events.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { vault } from './aws/state.ts';
import { wrapping } from './aws/wrapping.ts';

const { EVENTS_STREAM, RETENTION } = env('EVENTS_STREAM', 'RETENTION');

const seal = sealer({
  vault,
  kms: kmsVault,
  wrapping,
  pseudonyms,
  clock: systemClock,
  watch,
  retention: RETENTION,
});

const sequence = z.string().regex(/^\d{1,128}$/);
/** A message of the dead-letter queue, or the line `events set aside` of the log, as they are: they say more than this. */
const again = z.object({
  KinesisBatchInfo: z.object({
    shardId: z.string(),
    startSequenceNumber: sequence,
    endSequenceNumber: sequence,
  }),
});

/**
 * Seals identity events as the stream delivers them; and once more, for an operator, what was given up or set aside and
 * the stream still has. What is sealed already is left as it is.
 */
export async function handler(
  event: KinesisStreamEvent | z.infer<typeof again>,
): Promise<KinesisStreamBatchResponse | { records: number; left: number }> {
  if (!('Records' in event)) return sealAgain(again.parse(event));
  const failed = await seal(
    event.Records.map(({ eventID, kinesis }) => ({
      // Lambda Developer Guide, "Using Lambda with Kinesis": `shardId-000000000006:<sequence number>`.
      shard: eventID.split(':')[0],
      sequence: kinesis.sequenceNumber,
      data: Buffer.from(kinesis.data, 'base64'),
    })),
  );
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** @returns how many records the stream still had, and how many of them hold an event that could not be sealed yet */
async function sealAgain({ KinesisBatchInfo }: z.infer<typeof again>) {
  let [records, left] = [0, 0];
  for await (const batch of recordsAgain(EVENTS_STREAM, KinesisBatchInfo)) {
    records += batch.length;
    left += (await seal(batch)).size;
  }
  return { records, left };
}
