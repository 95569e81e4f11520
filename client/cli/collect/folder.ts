import { open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileNames } from '#client/package/manifest.ts';
import { utf8 } from '#core/bytes.ts';
import { hasHidden } from '#core/text.ts';
import { caseOfPages } from './pages.ts';

/**
 * The folder of a case, named as the officer's own reference, on every operating system. Of what the provider says nothing
 * is in it: the folder stands in a command that is printed. The true reference is in the package, signed.
 */

/** Of 255 bytes that file systems take, and 143 that encrypted ones do (eCryptfs). */
const MOST_BYTES = 120;
/** How much of a case's id tells two folders apart. */
const idLetters = 8;

/**
 * Names of devices, which Windows opens instead of a file, whatever follows their first point (Microsoft, "Naming Files,
 * Paths, and Namespaces"). It takes superscript digits for digits.
 */
const DEVICE = /^(?:CON|PRN|AUX|NUL|CONIN|CONOUT|CLOCK|(?:COM|LPT)[0-9])$/;

/**
 * @param id of the case: what names a folder where a reference leaves nothing, and what tells long references apart
 */
export function folderName(reference: string | undefined, id: string): string {
  const plain = [...(reference ?? '').normalize('NFC')]
    .map((each) => (/[\p{L}\p{N}._-]/u.test(each) && !hasHidden(each) ? each : '-'))
    .join('')
    .replaceAll(/-{2,}/g, '-')
    .replace(/^[.-]+/, '')
    // Windows drops points at a name's end, and so would open another folder.
    .replace(/[.-]+$/, '');
  if (plain === '') return id;
  const named = isDevice(plain) ? `case-${plain}` : plain;
  return utf8(named).length <= MOST_BYTES ? named : suffixed(named, id);
}

function isDevice(name: string): boolean {
  const [base = ''] = name.normalize('NFKC').split('.');
  return DEVICE.test(base.toUpperCase());
}

function suffixed(name: string, id: string): string {
  const most = MOST_BYTES - idLetters - 1;
  let cut = '';
  for (const each of name) {
    if (utf8(cut + each).length > most) break;
    cut += each;
  }
  return `${cut}-${id.slice(0, idLetters)}`;
}

/**
 * The folder to collect a case into: no other case's, also where a file system takes capital and small letters for the same.
 *
 * @param parent the folder that it is made in
 */
export async function folderFor(
  parent: string,
  { reference, id }: { reference: string | undefined; id: string },
): Promise<string> {
  const name = folderName(reference, id);
  const entries = await readdir(parent).catch(() => []);
  const alike = entries.filter((entry) => lookOf(entry) === lookOf(name));
  for (const entry of alike) {
    const of = await caseIn(join(parent, entry));
    if (of !== undefined && of !== id) return resolve(parent, suffixed(name, id));
  }
  return resolve(parent, name);
}

/** What names are the same by, where a file system tells neither capitals nor ways to write an accent apart. */
const lookOf = (name: string) => name.normalize('NFKC').toUpperCase().normalize('NFC');

const ofCase = /^\{"v":\d+,"case":"([^"]{1,100})"/;

/** Which case a folder holds, finished or not; undefined where it does not say so. */
async function caseIn(dir: string): Promise<string | undefined> {
  const [, id] = ofCase.exec(await beginningOf(join(dir, fileNames.manifest))) ?? [];
  return id ?? caseOfPages(dir);
}

/** A manifest can be larger than a string, and names its case first. */
async function beginningOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(200), 0, 200, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } catch {
    return '';
  } finally {
    await handle.close();
  }
}
