import { env } from './env.ts';
import { kmsLogSigner } from './kms/log-signer.ts';

const { LOG_KEY, LOG_ORIGIN } = env('LOG_KEY', 'LOG_ORIGIN');

export const logSigner = kmsLogSigner(LOG_KEY, LOG_ORIGIN);

/** The log's public key, and the name that it signs under. */
export const { key: logKey } = logSigner;
