import { sameBytes, utf8 } from '#core/bytes.ts';
import { type Checkpoint, claimedCheckpoint } from '#core/log/checkpoint.ts';
import {
  type Cosignature,
  verifyCosignatures,
  type WitnessKey,
  withSignatures,
} from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import { parseNote } from '#core/log/note.ts';
import { noteText } from '#core/log/reading.ts';
import { isCosigned, type TrustPolicy } from '#core/log/trust-policy.ts';

/**
 * The cosigned checkpoint: a file of the log's bucket, beside the checkpoint itself. `cosign` alone writes it, and nobody
 * believes it for that: a checkpoint is the log's by the log's signature, and witnessed by those of the witnesses.
 */
export const cosignedPath = 'cosigned';

/** A checkpoint as it was read, its log's signature not verified. */
export interface Claimed extends Checkpoint {
  note: string;
  /** The note without its signatures. */
  text: string;
}

/** A checkpoint with the cosignatures of known witnesses, each verified. */
export interface Cosigned extends Claimed {
  cosignatures: readonly Cosignature[];
}

/** @throws LogError note-malformed, checkpoint-malformed */
export function claimed(bytes: Uint8Array): Claimed {
  const note = noteText(bytes);
  return { ...claimedCheckpoint(note), note, text: parseNote(note).text };
}

/**
 * Reads the cosigned checkpoint. Of its signatures it keeps those that are named as the log, which its readers verify, and
 * the cosignatures of known witnesses that verify: whoever else wrote it put nothing into what this returns.
 *
 * @returns undefined for a file that no known witness cosigned, and for what is no checkpoint
 */
export function readCosigned(bytes: Uint8Array, { witnesses }: TrustPolicy): Cosigned | undefined {
  try {
    const read = claimed(bytes);
    const cosignatures = witnesses.flatMap(({ key }) => cosignatureOf(read.note, key));
    if (cosignatures.length === 0) return undefined;
    const own = parseNote(read.note).signatures.filter(({ name }) => name === read.origin);
    const note = `${read.text}\n${[...own, ...cosignatures].map(({ line }) => line).join('')}`;
    return { ...read, note, cosignatures };
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

/** One that does not verify says nothing of the others: whoever wrote the file is not believed. */
function cosignatureOf(note: string, key: WitnessKey): Cosignature[] {
  try {
    return verifyCosignatures(note, [key]);
  } catch (error) {
    if (error instanceof LogError) return [];
    throw error;
  }
}

/** A checkpoint with cosignatures of its own text, at least one of them. */
export function cosignedOf(checkpoint: Claimed, cosignatures: readonly Cosignature[]): Cosigned {
  const lines = cosignatures.map(({ line }) => line);
  return { ...checkpoint, note: withSignatures(checkpoint.note, lines), cosignatures };
}

/**
 * A checkpoint's bytes, with the cosignatures below them that are of this very text. Of what `cosign` wrote nothing else is
 * taken: the text and the log's signature are as `sequence` wrote them.
 */
export function withCosignatures(checkpoint: Uint8Array, cosigned: Cosigned): Uint8Array {
  const { note, text } = claimed(checkpoint);
  if (text !== cosigned.text) return checkpoint;
  return utf8(
    withSignatures(
      note,
      cosigned.cosignatures.map(({ line }) => line),
    ),
  );
}

/** A cosignature of the same tree takes the place of one that is so much older. */
const freshenSeconds = 3600n;

/**
 * Whether a cosigned checkpoint is to take the place of the one that is published. What is published only grows. It is the
 * newest that enough witnesses cosigned; until there is one, the one that most cosigned.
 */
export function takesPlaceOf(next: Cosigned, present: Cosigned | undefined, policy: TrustPolicy): boolean {
  if (present === undefined || present.origin !== next.origin) return true;
  if (next.text === present.text) return addsTo(next, present);
  if (next.size <= present.size) return false;
  if (isFulfilled(next, policy)) return true;
  return !isFulfilled(present, policy) && next.cosignatures.length >= present.cosignatures.length;
}

function addsTo(next: Cosigned, present: Cosigned): boolean {
  return next.cosignatures.some((cosignature) => {
    const known = ofKey(present.cosignatures, cosignature.key);
    return known === undefined || cosignature.seconds >= known.seconds + freshenSeconds;
  });
}

/** Whether those who cosigned it are as many as the policy asks for. */
export const isFulfilled = ({ cosignatures }: Cosigned, policy: TrustPolicy): boolean =>
  isCosigned(policy, cosignatures);

export function ofKey(cosignatures: readonly Cosignature[], key: WitnessKey): Cosignature | undefined {
  return cosignatures.find((one) => one.key.name === key.name && sameKey(one.key, key));
}

const sameKey = (a: WitnessKey, b: WitnessKey) =>
  a.algorithm === b.algorithm && sameBytes(a.publicKey, b.publicKey);
