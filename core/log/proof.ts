import { z } from 'zod';
import { fromBase64, sameBytes, toBase64, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { openCheckpoint } from './checkpoint.ts';
import { type Envelope, readEntry } from './entry.ts';
import { LogError } from './errors.ts';
import { MAX_NOTE_CHARACTERS, type VerifierKey } from './note.ts';
import type { ProvenEntry, SignedCheckpoint } from './reading.ts';
import { leafHash, verifyInclusion } from './tree.ts';

/**
 * What a disclosure carries of the log: the entry that announced it, its inclusion proof, and the checkpoint that the
 * proof leads to. With the log's verifier key this is checked years later, on a machine without a network.
 */
export const logProofSchema = z.strictObject({
  /** The entry, as JSON: its RFC 8785 form is the leaf. */
  entry: z.record(z.string(), z.unknown()),
  proof: z.strictObject({
    /** Its place in the log, decimal: it may pass 2^53. */
    index: z.string().regex(/^(0|[1-9]\d{0,19})$/),
    /** Base64, from the entry's sibling up (RFC 6962 §2.1.1). */
    hashes: z.array(z.string().length(44)).max(64),
  }),
  /** The signed note (C2SP tlog-checkpoint). */
  checkpoint: z.string().max(MAX_NOTE_CHARACTERS),
});
export type LogProof = z.infer<typeof logProofSchema>;

/**
 * @throws LogError entry-malformed for bytes that are no JSON object, or not in its RFC 8785 form: the proof would not
 *   be of what the JSON says
 */
export function makeLogProof({ index, bytes, proof }: ProvenEntry, of: SignedCheckpoint): LogProof {
  return logProofSchema.parse({
    entry: entryJson(bytes),
    proof: { index: index.toString(), hashes: proof.map(toBase64) },
    checkpoint: of.note,
  });
}

function entryJson(bytes: Uint8Array): LogProof['entry'] {
  let entry: LogProof['entry'];
  try {
    entry = logProofSchema.shape.entry.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
  if (!sameBytes(leafBytes(entry), bytes)) throw new LogError('entry-malformed');
  return entry;
}

/** Not all that JSON can say has an RFC 8785 form: `1e400` has none, nor half of a surrogate pair. */
export function leafBytes(entry: LogProof['entry']): Uint8Array {
  try {
    return utf8(canonicalJson(entry));
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
}

/**
 * Verifies that the log has the entry, by the checkpoint that its key signed.
 *
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, origin-differs, not-included, entry-malformed
 */
export function verifyLogProof(
  { entry, proof, checkpoint }: LogProof,
  key: VerifierKey,
): { index: bigint; size: bigint; envelope: Envelope } {
  const { size, root } = openCheckpoint(checkpoint, key);
  const bytes = leafBytes(entry);
  const index = BigInt(proof.index);
  const hashes = proof.hashes.map(fromBase64).filter((hash) => hash !== undefined);
  if (hashes.length !== proof.hashes.length) throw new LogError('not-included');
  if (!verifyInclusion(index, size, leafHash(bytes), hashes, root)) throw new LogError('not-included');
  return { index, size, envelope: readEntry(bytes).envelope };
}
