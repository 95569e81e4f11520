import { sign } from 'node:crypto';
import {
  cosignedMessage,
  formatCosignature,
  type WitnessAlgorithm,
  type WitnessKey,
} from '#core/log/cosignature.ts';
import { parseNote } from '#core/log/note.ts';
import { type Signer, signer } from './signer.ts';

/** Who cosigns checkpoints in tests. */
export interface Cosigner {
  key: WitnessKey;
  privateKey: Signer['privateKey'];
}

/** A witness whose Ed25519 key is made of a number, the same each time. */
export function cosigner(name: string, seed: number): Cosigner {
  const { key, privateKey } = signer(name, seed);
  return { key: { ...key, algorithm: 'ed25519' satisfies WitnessAlgorithm }, privateKey };
}

/** Its line of a note, with the newline. */
export function cosignatureLine(note: string, { key, privateKey }: Cosigner, seconds: bigint): string {
  const { text } = parseNote(note);
  return formatCosignature(key, seconds, sign(null, cosignedMessage(key, text, seconds), privateKey));
}
