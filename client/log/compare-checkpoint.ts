import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { sameHash } from '#core/log/tree.ts';
import type { Log } from './log.ts';
import { checkGrowth } from './proven-bundle.ts';

/** A checkpoint that somebody kept, or was given by somebody else, held against the newest one of a log. */
export type Comparison =
  /** The log has all that it had then, in the same order, and as many entries since. */
  | { is: 'same-history'; size: bigint; since: bigint }
  /** The same key signed two logs, neither of which is the beginning of the other. There is no honest reason for that. */
  | { is: 'other-history'; size: bigint }
  /** The key signed a longer log than the one that is shown now. */
  | { is: 'ahead'; size: bigint }
  /** A checkpoint of a log of another name. */
  | { is: 'other-log'; origin: string }
  /** It names this log, and is not signed by its key. */
  | { is: 'not-signed' }
  | { is: 'no-checkpoint' };

/**
 * @param given as it was kept; line ends and blanks around it may be others than in the file
 * @throws LogError file-missing, file-malformed where the log's files are not there to compare with; whatever `read` throws
 */
export async function compareCheckpoint(
  { read, key }: Log,
  newest: SignedCheckpoint,
  given: string,
): Promise<Comparison> {
  const note = `${given.trim().replaceAll(/\r\n?/g, '\n')}\n`;
  let kept: SignedCheckpoint;
  try {
    kept = { ...openCheckpoint(note, key), note };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    if (error.code !== 'note-unsigned') return { is: 'no-checkpoint' };
    const [origin = ''] = note.split('\n', 1);
    return origin === key.name ? { is: 'not-signed' } : { is: 'other-log', origin };
  }
  const { size } = kept;
  if (size > newest.size) return { is: 'ahead', size };
  return (await hasGrown(read, kept, newest))
    ? { is: 'same-history', size, since: newest.size - size }
    : { is: 'other-history', size };
}

async function hasGrown(
  read: Log['read'],
  before: SignedCheckpoint,
  after: SignedCheckpoint,
): Promise<boolean> {
  if (before.size === after.size) return sameHash(before.root, after.root);
  try {
    await checkGrowth(read, before, after);
    return true;
  } catch (error) {
    if (error instanceof LogError && error.code === 'not-included') return false;
    throw error;
  }
}
