import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { type PublishedLog, readPublishedLog } from '#core/state/published-log.ts';
import { env } from './env.ts';
import { logSigner } from './log-key.ts';
import { s3LogFiles } from './s3/log-files.ts';

export type { Logged, PublishedLog } from '#core/state/published-log.ts';

const { LOG_BUCKET } = env('LOG_BUCKET');

const ports = {
  files: keepingFiles(s3LogFiles(LOG_BUCKET)),
  signer: logSigner,
};

/** The log as its newest checkpoint has it, the signature verified; undefined before there is any. */
export const publishedLog = (): Promise<PublishedLog | undefined> => readPublishedLog(ports);
