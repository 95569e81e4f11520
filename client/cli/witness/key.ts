import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { printable } from '#client/printable.ts';
import { concat, fromBase64, toBase64, toHex } from '#core/bytes.ts';
import {
  formatWitnessKey,
  parseWitnessKey,
  type WitnessAlgorithm,
  type WitnessKey,
  witnessAlgorithm,
} from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import { parseTypedKey, typedKeyId } from '#core/log/note.ts';
import { CommandError, notWritten, UsageError } from '../errors.ts';
import { readPrivately } from '../profile/key-file.ts';

/**
 * A witness's key in a file, in the one line that other witnesses' programs take too:
 * `PRIVATE+KEY+<name>+<id>+<base64 of the type and the seed>`. A service has nobody to ask for a passphrase, so the file is not
 * encrypted; its owner alone can read it.
 */
export interface WitnessSigner {
  key: WitnessKey;
  sign(message: Uint8Array): Uint8Array;
}

/** A seed of either algorithm. */
const SEED_BYTES = 32;

/** How a private key is made of its seed: PKCS#8 up to it (RFC 8410 section 7, RFC 9881 section 6); and how long the public one is. */
const algorithms: Record<WitnessAlgorithm, { pkcs8: string; publicBytes: number }> = {
  ed25519: { pkcs8: '302e020100300506032b657004220420', publicBytes: 32 },
  'ml-dsa-44': { pkcs8: '3034020100300b060960864801650304031104228020', publicBytes: 1312 },
};

/**
 * Makes a key and writes it to a file that must not be there yet.
 *
 * @throws UsageError for a name that no key can have, or where this Node cannot make such a key
 */
export async function newWitnessKey(
  file: string,
  name: string,
  algorithm: WitnessAlgorithm = 'ed25519',
): Promise<WitnessKey> {
  const seed = randomBytes(SEED_BYTES);
  const key = publicOf(name, algorithm, privateOf(algorithm, seed));
  const line = `PRIVATE+KEY+${name}+${idOf(key)}+${toBase64(concat(Uint8Array.of(typeOf(key)), seed))}\n`;
  await writeFile(file, line, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw notWritten(file, '--new-key', cause);
  });
  return key;
}

/** @throws CommandError key-missing, key-readable-by-others, key-malformed */
export async function readWitnessKey(file: string): Promise<WitnessSigner> {
  const text = await readPrivately(file);
  const [, name = '', id = '', secret = ''] =
    /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const bytes = fromBase64(secret);
  const algorithm = witnessAlgorithm(bytes?.[0]);
  if (bytes?.length !== 1 + SEED_BYTES || algorithm === undefined) throw malformed(file);
  const privateKey = privateOf(algorithm, bytes.subarray(1));
  const key = publicOf(name, algorithm, privateKey);
  // The id is of the name and the public key: a line that was damaged has another.
  if (idOf(key) !== id) throw malformed(file);
  return { key, sign: (message) => sign(null, message, privateKey) };
}

function privateOf(algorithm: WitnessAlgorithm, seed: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(algorithms[algorithm].pkcs8, 'hex'), seed]);
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new UsageError(
      `this Node signs nothing with ${algorithm}`,
      'use Node 24.6 or later, or a key of ed25519',
      { cause },
    );
  }
}

/** @throws UsageError where the verifier key would not read back */
function publicOf(name: string, algorithm: WitnessAlgorithm, privateKey: KeyObject): WitnessKey {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = Uint8Array.from(spki.subarray(-algorithms[algorithm].publicBytes));
  try {
    return parseWitnessKey(formatWitnessKey({ name, algorithm, publicKey }));
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new UsageError(
      '--name has no spaces and no plus',
      'name it as a URL without its scheme: witness.example/w1',
    );
  }
}

const typedOf = (key: WitnessKey) => parseTypedKey(formatWitnessKey(key));
const typeOf = (key: WitnessKey): number => typedOf(key).type;
const idOf = (key: WitnessKey): string => toHex(typedKeyId(typedOf(key)));

function malformed(file: string): CommandError {
  return new CommandError(
    'key-malformed',
    `${printable(file)} holds no key of a witness`,
    '`writ log witness --new-key FILE --name NAME` makes one',
  );
}
