import { fromBase64, toBase64 } from '#core/bytes.ts';
import { LogError } from './errors.ts';
import { openNote, type VerifierKey } from './note.ts';
import { HASH_BYTES, type Hash, SIZE_LIMIT } from './tree.ts';

/** Checkpoints (C2SP tlog-checkpoint): a signed note that says how large a log's tree is, and its root. */
export interface Checkpoint {
  /** The log's name: a URL without its scheme. */
  origin: string;
  size: bigint;
  root: Hash;
}

/** A checkpoint's text, to be signed: three lines, and no extensions. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads a checkpoint once its log's signature was verified. The log's key is named as its origin.
 *
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, origin-differs
 */
export function openCheckpoint(note: string, key: VerifierKey): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, key));
  if (checkpoint.origin !== key.name) throw new LogError('origin-differs');
  return checkpoint;
}

/**
 * What a note says of a log, its signature not verified: for whoever serves a log's files, which their readers verify.
 *
 * @throws LogError checkpoint-malformed
 */
export function claimedCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}

/** Extension lines are passed over, as tlog-checkpoint asks of a reader that knows none. */
function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const hash = fromBase64(root);
  const wellFormed =
    origin !== '' &&
    /^(0|[1-9]\d{0,19})$/.test(size) &&
    BigInt(size) < SIZE_LIMIT &&
    hash?.length === HASH_BYTES &&
    // The text ends with a newline; no line above that is empty.
    rest.pop() === '' &&
    rest.every((line) => line !== '');
  if (!wellFormed || hash === undefined) throw new LogError('checkpoint-malformed');
  return { origin, size: BigInt(size), root: hash };
}
