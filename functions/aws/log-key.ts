import type { VerifierKey } from '#core/log/note.ts';
import { env } from './env.ts';
import { publicKeys } from './public-key.ts';

const { LOG_KEY, LOG_ORIGIN } = env('LOG_KEY', 'LOG_ORIGIN');

const keyOf = publicKeys(
  ({ x = '' }): VerifierKey => ({ name: LOG_ORIGIN, publicKey: Buffer.from(x, 'base64url') }),
);

/** The log's public key, and the name that it signs under. */
export const logKey = (): Promise<VerifierKey> => keyOf(LOG_KEY);
