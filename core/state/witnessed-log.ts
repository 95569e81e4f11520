import { sameBytes, toHex } from '#core/bytes.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import type { Cosignature } from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import { keyId, parseNote, type VerifierKey } from '#core/log/note.ts';
import { noteText, type ProvenEntry, readProven, type SignedCheckpoint } from '#core/log/reading.ts';
import { type TrustPolicy, takesWitnesses } from '#core/log/trust-policy.ts';
import type { LogFiles, LogSigner } from '#core/ports.ts';
import { cosignedPath, isFulfilled, readCosigned } from '#core/witnessing/cosigned.ts';

/** An entry of the log, proven by a checkpoint that a quorum of witnesses cosigned. */
export interface Witnessed {
  proven: ProvenEntry;
  /** Its note has the log's own signature and the witnesses' that were verified, and no other. */
  checkpoint: SignedCheckpoint;
}

export interface WitnessedLogPorts {
  files: Pick<LogFiles, 'read'>;
  signer: Pick<LogSigner, 'key'>;
  /** Which witnesses count, and how many: as deployed, whatever stands in the bucket. */
  policy: TrustPolicy;
}

/**
 * An entry as the bucket's file `cosigned` has it, of which nothing is believed: the log's signature, the cosignatures and the
 * entry's proof are verified here.
 *
 * @param entry proven by the log's newest checkpoint
 * @returns undefined while there is no such file, or it is of a tree without that entry
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, origin-differs, quorum-missing,
 *   file-missing, file-malformed; not-included for a tree that is not the one in the bucket
 */
export async function readWitnessed(
  { files, signer, policy }: WitnessedLogPorts,
  { index, bytes }: ProvenEntry,
): Promise<Witnessed | undefined> {
  // A quorum of nobody is reached by any checkpoint.
  if (!takesWitnesses(policy)) throw new LogError('quorum-missing');
  const key = await signer.key();
  const file = await files.read(cosignedPath);
  if (file === undefined) return undefined;
  const note = noteText(file);
  const tree = openCheckpoint(note, key);
  if (tree.size <= index) return undefined;
  const cosigned = readCosigned(file, policy);
  if (cosigned === undefined || !isFulfilled(cosigned, policy)) throw new LogError('quorum-missing');
  const checkpoint = { ...tree, note: noteOf(note, key, cosigned.cosignatures) };
  const proven = await readProven(files.read, index, checkpoint);
  if (!sameBytes(proven.bytes, bytes)) throw new LogError('not-included');
  return { proven, checkpoint };
}

/** Signature lines of others would leave with the package: whoever writes the file could put anything there. */
function noteOf(note: string, key: VerifierKey, cosignatures: readonly Cosignature[]): string {
  const { text, signatures } = parseNote(note);
  const id = toHex(keyId(key));
  const own = signatures.find((one) => one.name === key.name && one.id === id);
  if (own === undefined) throw new LogError('note-unsigned');
  return `${text}\n${[own, ...cosignatures].map(({ line }) => line).join('')}`;
}
