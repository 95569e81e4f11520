import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { latePlacer } from '#core/sequencer/late.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock, tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { logSigner } from './aws/log-key.ts';
import { watch } from './aws/observe.ts';
import { imageReader } from './aws/outbox-image.ts';
import { s3LogFiles } from './aws/s3/log-files.ts';
import { store, verify } from './aws/tables.ts';

/**
 * Gives committed entries their places in the log: as the outbox's stream brings them, and, by the clock, those that it
 * did not bring. Nobody else may write the log's files, or sign (the bucket's policy).
 */
const { LOG_BUCKET } = env('LOG_BUCKET', 'LOG_TABLE', 'ENTRIES_TABLE');

const { deliver, place } = sequencer({
  store,
  files: keepingFiles(s3LogFiles(LOG_BUCKET)),
  signer: logSigner,
  chance: systemChance,
  watch,
});

const placeLate = latePlacer({ store, place, clock: systemClock, watch });

const readImage = imageReader(verify);

export async function handler(event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown>): Promise<void> {
  if (!('Records' in event)) {
    tick.parse(event);
    return placeLate();
  }
  await deliver(await Promise.all(event.Records.map(({ dynamodb }) => readImage(dynamodb?.NewImage))));
}
