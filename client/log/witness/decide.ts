import { toHex } from '#core/bytes.ts';
import { parseAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { type Checkpoint, claimedCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import { keyId, openNote, parseNote, type VerifierKey } from '#core/log/note.ts';
import { EMPTY_ROOT, type Hash, sameHash, verifyConsistency } from '#core/log/tree.ts';

/**
 * What a witness decides of a checkpoint (C2SP tlog-witness v1.0, `add-checkpoint`), with no clock, key or disk: whether it is
 * a log's that the witness knows, and whether its tree begins with the one that the witness cosigned last.
 */

/** A checkpoint that a known log signed, and how the log proves it. */
export interface Submission {
  checkpoint: Checkpoint;
  /** The checkpoint's text, which is cosigned. */
  text: string;
  /** The log's own signatures, each verified: lines of the note with their newlines. Those of others are left out. */
  signatures: readonly string[];
  oldSize: bigint;
  proof: readonly Hash[];
}

/** Why a checkpoint is not cosigned. */
export type RefusalReason =
  | 'request-malformed'
  | 'log-unknown'
  | 'signature-missing'
  | 'old-size-larger'
  | 'old-size-differs'
  | 'empty-root-differs'
  | 'proof-invalid';

/** The statuses that tlog-witness gives them. */
export const refusalStatus: Record<RefusalReason, number> = {
  'request-malformed': 400,
  'log-unknown': 404,
  'signature-missing': 403,
  'old-size-larger': 400,
  'old-size-differs': 409,
  'empty-root-differs': 422,
  'proof-invalid': 422,
};

export interface Refusal {
  refused: RefusalReason;
}

/**
 * Reads the body of `add-checkpoint` and verifies the log's signature.
 *
 * @param logs the keys that are trusted, each named as its log's origin; a log may have several
 */
export function readSubmission(body: string, logs: readonly VerifierKey[]): Submission | Refusal {
  const asked = parseAddCheckpoint(body);
  const read = asked && readNote(asked.checkpoint);
  if (asked === undefined || read === undefined) return { refused: 'request-malformed' };
  const keys = logs.filter(({ name }) => name === read.checkpoint.origin);
  if (keys.length === 0) return { refused: 'log-unknown' };
  const signatures = signaturesOf(asked.checkpoint, keys);
  if (signatures === undefined) return { refused: 'signature-missing' };
  return { ...read, signatures, oldSize: asked.oldSize, proof: asked.proof };
}

function readNote(note: string): { checkpoint: Checkpoint; text: string } | undefined {
  return unlessMalformed(() => ({ checkpoint: claimedCheckpoint(note), text: parseNote(note).text }));
}

/** The lines of the keys that signed; undefined where none did, or where a line claims to be of one and is not. */
function signaturesOf(note: string, keys: readonly VerifierKey[]): string[] | undefined {
  const { signatures } = parseNote(note);
  const lines: string[] = [];
  for (const key of keys) {
    const own = signatures.filter(({ name, id }) => name === key.name && id === toHex(keyId(key)));
    if (own.length > 0 && unlessMalformed(() => openNote(note, key)) === undefined) return undefined;
    lines.push(...own.map(({ line }) => line));
  }
  return lines.length > 0 ? lines : undefined;
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

/** What a witness cosigned last of a log: all that it has to remember. */
export interface Cosigned {
  size: bigint;
  root: Hash;
  /** When: seconds since 1970-01-01T00:00:00Z. */
  seconds: bigint;
}

/** The time at which a submission may be cosigned; or why it may not. `size` is that of the tree cosigned last. */
export type Decision = { seconds: bigint } | (Refusal & { size?: bigint });

/**
 * Decides whether a submission is cosigned. Whoever cosigns it keeps `{size, root, seconds}` first, and decides nothing else
 * of the same log meanwhile.
 *
 * @param last undefined: nothing of this log was ever cosigned
 * @param nowSeconds since 1970-01-01T00:00:00Z. A clock that goes back does not lead to an earlier time than before
 */
export function decide(
  { checkpoint: { size, root }, oldSize, proof }: Submission,
  last: Cosigned | undefined,
  nowSeconds: bigint,
): Decision {
  if (oldSize > size) return { refused: 'old-size-larger' };
  const known = last?.size ?? 0n;
  if (oldSize !== known) return { refused: 'old-size-differs', size: known };
  if (size === 0n && !sameHash(root, EMPTY_ROOT)) return { refused: 'empty-root-differs' };
  if (!verifyConsistency(known, size, proof, last?.root ?? EMPTY_ROOT, root))
    return { refused: 'proof-invalid' };
  // No cosignature has time zero.
  return { seconds: latest(nowSeconds, last?.seconds ?? 1n) };
}

const latest = (a: bigint, b: bigint) => (a > b ? a : b);
