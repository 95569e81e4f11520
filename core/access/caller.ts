import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { isSuspended, type KeyRecord } from '#core/registry/records.ts';
import { isRevokedInLog } from './registry-evidence.ts';
import type { LogReader } from './streams.ts';
import { isSuspendedInLog } from './suspended.ts';

export interface CheckPorts {
  log: Pick<LogReader, 'follows'>;
  watch: Pick<Watch, 'error'>;
}

type KeyCheck = (key: KeyRecord, of: { endsAccess: boolean }) => Promise<boolean>;

/**
 * Whether a caller's key was revoked, by the log: its item in the registry can be put back to what it was before.
 *
 * Where the log cannot be read, nothing is decided, shown or disclosed: the call is to be made again. What only ends access
 * is done all the same. A thief of a revoked key gains nothing by it, and an agency that withdraws, a reviewer who
 * suspends and a person who has a key revoked must not have to wait for a bucket.
 *
 * @throws WireError try-again if the log cannot be read
 */
export function revocationCheck({ log, watch }: CheckPorts): KeyCheck {
  const ask = asker(watch);
  return async (key, of) => key.revokedAt !== undefined || ask(() => isRevokedInLog(log, key), of);
}

/** The same of whether an agency's key is suspended. @throws WireError try-again if the log cannot be read */
export function suspensionCheck({ log, watch }: CheckPorts): KeyCheck {
  const ask = asker(watch);
  return async (key, of) => {
    if (key.role !== 'agency') return false;
    return isSuspended(key) || ask(() => isSuspendedInLog(log, key), of);
  };
}

function asker(watch: CheckPorts['watch']) {
  return async (question: () => Promise<boolean>, { endsAccess }: { endsAccess: boolean }) => {
    try {
      return await question();
    } catch (error) {
      watch.error('the log cannot be read', { error: error instanceof Error ? error.name : '' });
      if (endsAccess) return false;
      throw new WireError('try-again');
    }
  };
}
