import { logPlaces } from '#core/state/log-places.ts';
import { env } from './env.ts';
import { s3LogFiles } from './s3/log-files.ts';

const { LOG_BUCKET } = env('LOG_BUCKET');

const places = logPlaces(s3LogFiles(LOG_BUCKET));

/** Whether a stream goes on in the log behind entry n: one look into the bucket, without its checkpoint. */
export const follows = async (stream: string, n: number): Promise<boolean> =>
  (await places.find({ stream, n: n + 1 })) !== undefined;
