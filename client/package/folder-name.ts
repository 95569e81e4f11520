import { utf8 } from '#core/bytes.ts';
import { hasHidden } from '#core/text.ts';

/**
 * What a package's folder is called: as the officer's own reference, on every operating system. Of what the provider says
 * nothing is in it: the folder stands in a command that is printed. The true reference is in the package, signed.
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

/** The same name with the beginning of the case's id behind it. */
export function suffixed(name: string, id: string): string {
  const most = MOST_BYTES - idLetters - 1;
  let cut = '';
  for (const each of name) {
    if (utf8(cut + each).length > most) break;
    cut += each;
  }
  return `${cut}-${id.slice(0, idLetters)}`;
}
