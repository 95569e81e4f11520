import { logPlaces } from '#core/state/log-places.ts';
import { env } from './env.ts';
import { s3LogFiles } from './s3/log-files.ts';

const { LOG_BUCKET } = env('LOG_BUCKET');

/** Whether a stream goes on in the log behind an entry, for those who need nothing else of it. */
export const { follows } = logPlaces(s3LogFiles(LOG_BUCKET));
