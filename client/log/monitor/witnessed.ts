import { witnessesOf } from '#client/log/witnesses.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import type { ReadFile, SignedCheckpoint } from '#core/log/reading.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { type Compared, compare } from './others.ts';

/** Whether as many witnesses as a policy asks for have cosigned the log, and how far behind it they are. */
export interface Witnessed {
  /** Of the largest checkpoint that enough of them cosigned; undefined if there is none. */
  size: bigint | undefined;
  /** How many entries of the log it does not cover. */
  lag: bigint;
}

/**
 * @param afterMs how long it may take until what the log has now is cosigned
 * @throws SourceError, FileFault
 */
export async function checkWitnessed(
  { policy, afterMs }: { policy: TrustPolicy; afterMs: number },
  read: ReadFile,
  to: Compared,
): Promise<Witnessed> {
  const { key, waiting, book, now } = to;
  const { of } = to.files;
  const bytes = await read('cosigned');
  const cosigned = bytes && signed(new TextDecoder().decode(bytes), key);
  // It is a checkpoint that others were shown, like any other.
  if (cosigned !== undefined) await compare('whoever reads the cosigned checkpoint', cosigned, to);
  const enough = [cosigned, of].filter((one) => one !== undefined && hasQuorum(one.note, key, policy));
  const size = enough.reduce<bigint | undefined>(
    (most, one) => (one === undefined || (most !== undefined && most >= one.size) ? most : one.size),
    undefined,
  );
  const covered = size ?? -1n;
  const waited = waiting.for('witnesses');
  const isAwaited = waited !== undefined && covered < BigInt(waited.size ?? 0);
  if (covered >= of.size) waiting.set('witnesses', undefined);
  else if (!isAwaited) waiting.set('witnesses', { since: now, size: String(of.size) });
  const since = waiting.for('witnesses')?.since ?? now;
  const message = 'no checkpoint that enough witnesses cosigned covers what the log had then';
  book.settle('witnesses', now - since > afterMs ? [{ code: 'log-unwitnessed', message }] : []);
  return { size, lag: size === undefined ? of.size : size < of.size ? of.size - size : 0n };
}

function signed(note: string, key: VerifierKey): SignedCheckpoint | undefined {
  try {
    return { ...openCheckpoint(note, key), note };
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

/** A cosignature of a known witness that does not verify spoils the note: it counts as one without any. */
function hasQuorum(note: string, key: VerifierKey, policy: TrustPolicy): boolean {
  try {
    return witnessesOf(note, key, policy).isQuorum;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
