import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { sealer } from '#core/keeping/sealing.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { vault } from './aws/state.ts';
import { wrapping } from './aws/wrapping.ts';

const { RETENTION } = env('RETENTION');

const seal = sealer({
  vault,
  kms: kmsVault,
  wrapping,
  pseudonyms,
  clock: systemClock,
  watch,
  retention: RETENTION,
});

/** Seals identity events as the stream delivers them. */
export async function handler({ Records }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  const again = await seal(
    Records.map(({ kinesis }) => ({
      sequence: kinesis.sequenceNumber,
      data: Buffer.from(kinesis.data, 'base64'),
    })),
  );
  return { batchItemFailures: [...again].map((itemIdentifier) => ({ itemIdentifier })) };
}
