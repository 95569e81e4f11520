import { type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { suspensionStreamOf } from '#core/state/suspensions.ts';
import type { LogReader } from './streams.ts';

/**
 * Whether the log shows that a key is suspended. Its suspensions and reinstatements stand in a stream by turns: an odd
 * number of them is a suspension. Nobody can take one away, so the key's record can be put back to no time before it.
 */
export function isSuspendedInLog(
  log: Pick<LogReader, 'follows'>,
  key: Pick<KeyRecord, 'keyId' | 'salt'>,
): Promise<boolean> {
  return isNamedSuspended(log, keyInLog(key));
}

/** @param key as the log calls it */
export async function isNamedSuspended(log: Pick<LogReader, 'follows'>, key: string): Promise<boolean> {
  const stream = suspensionStreamOf(key);
  for (let n = 0; ; n++) if (!(await log.follows(stream, n))) return n % 2 === 1;
}
