import type { ProvenEntry } from '#core/log/reading.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { type PublishedLog, readPublishedLog } from '#core/state/published-log.ts';
import { readWitnessed } from '#core/state/witnessed-log.ts';
import { env } from './env.ts';
import { logSigner } from './log-key.ts';
import { s3LogFiles } from './s3/log-files.ts';

export type { Logged, PublishedLog } from '#core/state/published-log.ts';

const { LOG_BUCKET } = env('LOG_BUCKET');

const ports = {
  files: keepingFiles(s3LogFiles(LOG_BUCKET)),
  signer: logSigner,
};

/** An entry as the newest checkpoint has it that these witnesses cosigned, all of it verified. */
export const witnessedLog = (policy: TrustPolicy) => (entry: ProvenEntry) =>
  readWitnessed({ ...ports, policy }, entry);

/** The log as its newest checkpoint has it, the signature verified; undefined before there is any. */
export const publishedLog = (): Promise<PublishedLog | undefined> => readPublishedLog(ports);
