import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { printable } from '#client/printable.ts';
import { concat, fromBase64, toBase64 } from '#core/bytes.ts';
import { formatWitnessKey, parseWitnessKey, type WitnessKey } from '#core/log/cosignature.ts';
import { CommandError, notWritten, UsageError } from '../errors.ts';
import { readPrivately } from '../profile/key-file.ts';

/**
 * A witness's key in a file, in the one line that other witnesses' programs take too:
 * `PRIVATE+KEY+<name>+<id>+<base64 of 0x04 and the Ed25519 seed>`. A service has nobody to ask for a passphrase, so the file
 * is not encrypted; its owner alone can read it.
 */
export interface WitnessSigner {
  key: WitnessKey;
  sign(message: Uint8Array): Uint8Array;
}

const COSIGNATURE = 0x04;
const SEED_BYTES = 32;

/** A PKCS#8 key of Ed25519 up to its seed (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Makes a key and writes it to a file that must not be there yet.
 *
 * @throws UsageError for a name that no key can have
 */
export async function newWitnessKey(file: string, name: string): Promise<WitnessKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = publicOf(name, privateKey);
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
  const [, id = ''] = checkedName(key).split('+');
  const line = `PRIVATE+KEY+${name}+${id}+${toBase64(concat(Uint8Array.of(COSIGNATURE), seed))}\n`;
  await writeFile(file, line, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw notWritten(file, '--new-key', cause);
  });
  return key;
}

/** The verifier key, read back as others will read it. */
function checkedName(key: WitnessKey): string {
  const text = formatWitnessKey(key);
  try {
    parseWitnessKey(text);
    return text;
  } catch {
    throw new UsageError(
      '--name has no spaces and no plus',
      'name it as a URL without its scheme: witness.example/w1',
    );
  }
}

/** @throws CommandError key-missing, key-readable-by-others, key-malformed */
export async function readWitnessKey(file: string): Promise<WitnessSigner> {
  const text = await readPrivately(file);
  const [, name = '', id = '', secret = ''] =
    /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const bytes = fromBase64(secret);
  if (bytes?.length !== 1 + SEED_BYTES || bytes[0] !== COSIGNATURE) throw malformed(file);
  const der = Buffer.concat([PKCS8, bytes.subarray(1)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const key = publicOf(name, privateKey);
  // The id is of the name and the public key: a line that was damaged has another.
  if (formatWitnessKey(key).split('+')[1] !== id) throw malformed(file);
  return { key, sign: (message) => sign(null, message, privateKey) };
}

function publicOf(name: string, privateKey: KeyObject): WitnessKey {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { name, algorithm: 'ed25519', publicKey: Uint8Array.from(Buffer.from(x, 'base64url')) };
}

function malformed(file: string): CommandError {
  return new CommandError(
    'key-malformed',
    `${printable(file)} holds no key of a witness`,
    '`writ log witness --new-key FILE --name NAME` makes one',
  );
}
