import { createPrivateKey, type KeyObject } from 'node:crypto';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { encryptPkcs8, isEncryptedPem } from '#client/pkcs8.ts';
import { printable } from '#client/printable.ts';
import { CommandError } from '../errors.ts';
import { decoded, textOf } from '../given.ts';
import { askSecret, isAttended } from '../person.ts';

/** Private keys in files: readable by their owner alone, encrypted by default, never printed. */

/** The bits of a file's mode that give others access. */
const OTHERS = 0o077;

/**
 * Writes a new private key.
 *
 * @param passphrase undefined: in the clear, within the file's mode
 * @throws CommandError key-exists: no key is ever overwritten
 */
export async function writeKeyFile(
  file: string,
  key: KeyObject,
  passphrase: string | undefined,
): Promise<void> {
  const pem =
    passphrase === undefined
      ? key.export({ type: 'pkcs8', format: 'pem' }).toString()
      : encryptPkcs8(key.export({ type: 'pkcs8', format: 'der' }), passphrase);
  await writeFile(file, pem, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    const exists = codeOf(cause) === 'EEXIST';
    throw exists
      ? new CommandError('key-exists', `${printable(file)} is there already, and is not overwritten`)
      : new CommandError('file-unwritable', `${printable(file)} cannot be written (${codeOf(cause)})`);
  });
}

/**
 * Reads a private key. It checks the mode first, on the same open file that it then reads.
 *
 * @throws CommandError key-missing, key-readable-by-others, key-malformed, passphrase-missing, passphrase-wrong
 */
export async function readKeyFile(file: string, passphrase: Passphrase): Promise<KeyObject> {
  const pem = await readPrivately(file);
  if (!isEncryptedPem(pem)) return keyOf(file, pem);
  const given = await passphrase(file);
  try {
    return createPrivateKey({ key: pem, passphrase: given });
  } catch (cause) {
    throw codeOf(cause).startsWith('ERR_OSSL')
      ? new CommandError('passphrase-wrong', `this is not the passphrase of ${printable(file)}`)
      : new CommandError('key-malformed', `${printable(file)} holds no key that can be read`);
  }
}

/** Whether a key file is encrypted, and who can read it; undefined where there is none. */
export async function keyFileState(
  file: string,
): Promise<{ isEncrypted: boolean; isPrivate: boolean } | undefined> {
  try {
    const { mode } = await stat(file);
    return { isEncrypted: isEncryptedPem(decoded(await readFile(file))), isPrivate: isPrivate(mode) };
  } catch {
    return undefined;
  }
}

/** The text of a file that its owner alone can read. @throws CommandError, `missing` among them; key-readable-by-others */
export async function readPrivately(
  file: string,
  missing: 'key-missing' | 'passphrase-missing' = 'key-missing',
): Promise<string> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    const next = '`writ keys new` makes keys, `writ keys show` says where they are';
    throw new CommandError(
      missing,
      `${printable(file)} cannot be read (${codeOf(cause)})`,
      missing === 'key-missing' ? next : undefined,
    );
  });
  try {
    if (!isPrivate((await handle.stat()).mode))
      throw new CommandError(
        'key-readable-by-others',
        `others on this machine can read ${printable(file)}, so it was not used`,
        `chmod 600 ${printable(file)}; if somebody may have read it, have the key revoked`,
      );
    return textOf(printable(file), await handle.readFile());
  } finally {
    await handle.close();
  }
}

/** Windows has no such modes. There the folder's access rights keep others out. */
const isPrivate = (mode: number) => process.platform === 'win32' || (mode & OTHERS) === 0;

function keyOf(file: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new CommandError('key-malformed', `${printable(file)} holds no private key in PEM (PKCS#8)`);
  }
}

/** Where a passphrase comes from. */
export type Passphrase = (file: string) => Promise<string>;

/**
 * A passphrase comes from a file, or else from the person at the terminal. Every process of this user can read the command
 * line and the environment, so it does not come from there.
 */
export function passphraseFrom(passphraseFile: string | undefined): Passphrase {
  let said: string | undefined;
  return async (file) => {
    if (passphraseFile !== undefined) return readPassphrase(passphraseFile);
    if (isAttended()) {
      // The keys of one profile have one passphrase.
      said ??= await askSecret(`Passphrase of ${printable(file)}`);
      return said;
    }
    throw new CommandError(
      'passphrase-missing',
      `${printable(file)} is encrypted, and nobody is here to be asked`,
      'give --passphrase-file, or set WRIT_PASSPHRASE_FILE',
    );
  };
}

/** The first line of a file, with or without a line end. */
export async function readPassphrase(file: string): Promise<string> {
  const [line = ''] = (await readPrivately(file, 'passphrase-missing')).split(/\r?\n/);
  return line;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
