import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { cosigner } from '#core/witnessing/cosigner.ts';
import { systemClock, tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { httpWitnesses } from './aws/http/witnesses.ts';
import { watch } from './aws/observe.ts';
import { s3CosignedFile, s3LogFiles } from './aws/s3/log-files.ts';

/**
 * Has witnesses cosign the log's newest checkpoint, as soon as the log's head has moved and by the clock. No other function
 * waits for this one, and it writes one file: the bucket's policy lets it write no other.
 */
const { LOG_BUCKET, WITNESSES } = env('LOG_BUCKET', 'WITNESSES');

const cosign = cosigner({
  policy: WITNESSES,
  files: keepingFiles(s3LogFiles(LOG_BUCKET)),
  cosigned: s3CosignedFile(LOG_BUCKET),
  witnesses: httpWitnesses(),
  clock: systemClock,
  watch,
});

export function handler(event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown>): Promise<void> {
  const byClock = !('Records' in event);
  if (byClock) tick.parse(event);
  return cosign({ byClock });
}
