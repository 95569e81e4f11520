import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { isRevokedInLog } from './registry-evidence.ts';
import type { LogReader } from './streams.ts';

/**
 * Whether a caller's key was revoked, by the log: its item in the registry can be put back to what it was before.
 *
 * Where the log cannot be read, nothing is decided, shown or disclosed: the call is to be made again. What only ends access
 * is done all the same. A thief of a revoked key gains nothing by it, and an agency that withdraws, a reviewer who
 * suspends and a person who has a key revoked must not have to wait for a bucket.
 */
export function revocationCheck({
  log,
  watch,
}: {
  log: Pick<LogReader, 'follows'>;
  watch: Pick<Watch, 'error'>;
}) {
  /** @throws WireError try-again if the log cannot be read */
  return async function isRevoked(key: KeyRecord, { endsAccess }: { endsAccess: boolean }): Promise<boolean> {
    if (key.revokedAt !== undefined) return true;
    try {
      return await isRevokedInLog(log, key);
    } catch (error) {
      watch.error('the log cannot be read', { error: error instanceof Error ? error.name : '' });
      if (endsAccess) return false;
      throw new WireError('try-again');
    }
  };
}
