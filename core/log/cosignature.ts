import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { concat, fromHex, toHex, utf8 } from '#core/bytes.ts';
import { type Checkpoint, claimedCheckpoint } from './checkpoint.ts';
import { LogError } from './errors.ts';
import { formatTypedKey, isEd25519, parseNote, parseTypedKey, signatureLine, typedKeyId } from './note.ts';

/**
 * Cosignatures (C2SP tlog-cosignature v1.0): a witness says that, at a time, a checkpoint was of the largest tree that it had
 * seen of a log, and that this tree began with all that it had seen before. They stand in the checkpoint's note beside the
 * log's own signature.
 */
const algorithms = {
  ed25519: { type: 0x04, keyBytes: 32, signatureBytes: 64 },
  'ml-dsa-44': { type: 0x06, keyBytes: 1312, signatureBytes: 2420 },
} as const;
export type WitnessAlgorithm = keyof typeof algorithms;

const TIMESTAMP_BYTES = 8;
const MOST_SECONDS = 2n ** 63n - 1n;

/** What verifies a witness's cosignatures. */
export interface WitnessKey {
  name: string;
  algorithm: WitnessAlgorithm;
  /** Raw: 32 bytes of Ed25519 (RFC 8032), or 1,312 of ML-DSA-44 (FIPS 204). */
  publicKey: Uint8Array;
}

const typed = ({ name, algorithm, publicKey }: WitnessKey) => ({
  name,
  type: algorithms[algorithm].type,
  bytes: publicKey,
});

/** A witness's key as text: a verifier key of signed-note, of type 0x04 or 0x06. */
export const formatWitnessKey = (key: WitnessKey): string => formatTypedKey(typed(key));

/** What a key of a type signs with; undefined for a type that makes no cosignatures. */
export function witnessAlgorithm(type: number | undefined): WitnessAlgorithm | undefined {
  return (['ed25519', 'ml-dsa-44'] as const).find((one) => algorithms[one].type === type);
}

/** @throws LogError verifier-key-malformed, for a log's key (type 0x01) as well: it makes no cosignatures */
export function parseWitnessKey(text: string): WitnessKey {
  const { name, type, bytes } = parseTypedKey(text);
  const algorithm = witnessAlgorithm(type);
  if (algorithm === undefined || bytes.length !== algorithms[algorithm].keyBytes)
    throw new LogError('verifier-key-malformed');
  return { name, algorithm, publicKey: bytes };
}

/**
 * What a witness signs.
 *
 * @param text the checkpoint's note without its signatures, up to and with the last newline above the blank line
 * @param seconds since 1970-01-01T00:00:00Z, not zero
 * @throws LogError checkpoint-malformed
 */
export function cosignedMessage(
  { name, algorithm }: Pick<WitnessKey, 'name' | 'algorithm'>,
  text: string,
  seconds: bigint,
): Uint8Array {
  const checkpoint = claimedCheckpoint(`${text}\n`);
  if (algorithm === 'ed25519') return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
  return treeMessage(name, checkpoint, seconds);
}

/** `cosigned_message` of tlog-cosignature: the tree from its start, and no extension lines. */
function treeMessage(name: string, { origin, size, root }: Checkpoint, seconds: bigint): Uint8Array {
  return concat(
    utf8('subtree/v1\n\0'),
    withLength(utf8(name)),
    uint64(seconds),
    withLength(utf8(origin)),
    uint64(0n),
    uint64(size),
    root,
  );
}

function withLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length > 255) throw new LogError('checkpoint-malformed');
  return concat(Uint8Array.of(bytes.length), bytes);
}

function uint64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/**
 * A cosignature as a line of a note, with its newline.
 *
 * @param signature over `cosignedMessage` of the same time
 */
export function formatCosignature(key: WitnessKey, seconds: bigint, signature: Uint8Array): string {
  return signatureLine(key.name, typedKeyId(typed(key)), concat(uint64(seconds), signature));
}

/** A verified cosignature. */
export interface Cosignature {
  key: WitnessKey;
  /** When the witness made it: seconds since 1970-01-01T00:00:00Z. */
  seconds: bigint;
  /** Its line in the note. */
  line: string;
}

/**
 * The cosignatures of a checkpoint's note by keys that are known, the newest of each key. Signatures of other keys, the log's
 * own among them, are passed over; those of an algorithm that this machine cannot verify, too.
 *
 * @throws LogError note-malformed, checkpoint-malformed; cosignature-invalid for one that names a known key and does not
 *   verify, or says no time: the note is spoilt (signed-note)
 */
export function verifyCosignatures(note: string, keys: readonly WitnessKey[]): Cosignature[] {
  const { text, signatures } = parseNote(note);
  return keys.flatMap((key) => {
    const id = toHex(typedKeyId(typed(key)));
    const own = signatures.filter((one) => one.name === key.name && one.id === id);
    const verified = own.flatMap(({ bytes, line }) => {
      const seconds = verifiedTime(key, text, bytes);
      return seconds === undefined ? [] : [{ key, seconds, line }];
    });
    const newest = verified.toSorted((a, b) => (a.seconds < b.seconds ? 1 : -1))[0];
    return newest === undefined ? [] : [newest];
  });
}

/** @returns undefined for an algorithm that cannot be verified here */
function verifiedTime(key: WitnessKey, text: string, bytes: Uint8Array): bigint | undefined {
  const { signatureBytes } = algorithms[key.algorithm];
  if (bytes.length !== TIMESTAMP_BYTES + signatureBytes) throw new LogError('cosignature-invalid');
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  if (seconds === 0n || seconds > MOST_SECONDS) throw new LogError('cosignature-invalid');
  const isValid = isSignature(key, cosignedMessage(key, text, seconds), bytes.subarray(TIMESTAMP_BYTES));
  if (isValid === undefined) return undefined;
  if (!isValid) throw new LogError('cosignature-invalid');
  return seconds;
}

function isSignature(
  { algorithm, publicKey }: WitnessKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean | undefined {
  if (algorithm === 'ed25519') return isEd25519(publicKey, message, signature);
  const key = mlDsaKey(publicKey);
  return key && verify(null, message, key, signature);
}

/** SubjectPublicKeyInfo up to the key itself (RFC 9881 section 2): id-ml-dsa-44. */
const ML_DSA_44 = fromHex('30820532300b06096086480165030403110382052100') ?? new Uint8Array();

/** @returns undefined where the machine has no ML-DSA: before Node 24.6, and in browsers */
function mlDsaKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    const key = Buffer.from(concat(ML_DSA_44, publicKey));
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * A note with further signature lines below its own. One by a key that has a line already takes its place.
 *
 * @param lines each with its newline, of the same text
 * @throws LogError note-malformed
 */
export function withSignatures(note: string, lines: readonly string[]): string {
  const { text, signatures } = parseNote(note);
  if (lines.length === 0) return note;
  const added = parseNote(`${text}\n${lines.join('')}`).signatures;
  const whose = ({ name, id }: { name: string; id: string }) => `${name} ${id}`;
  const replaced = new Set(added.map(whose));
  const kept = signatures.filter((one) => !replaced.has(whose(one)));
  const whole = `${text}\n${[...kept, ...added].map(({ line }) => line).join('')}`;
  parseNote(whole);
  return whole;
}
