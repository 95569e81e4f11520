import { fromHex } from '#core/bytes.ts';
import { signedCms } from './cms.ts';
import { SealError, type Signed } from './seal.ts';

/**
 * A signed PDF (ISO 32000-2 section 12.8, ETSI EN 319 142-1). The file is not parsed: a signature is looked for by its
 * `ByteRange`, and counts only where that names the whole file but one hexadecimal string, the signature itself. So nothing
 * that a reader shows is left unsigned, whatever the file is made of.
 *
 * A file to which something was added after it was signed is refused, also where that is lawful: the long-term forms (B-LT,
 * B-LTA) add what proves the certificate later, and to tell that from another page takes a PDF reader.
 */

/** The signature's place in the file: two ranges, with the string between. */
interface Place {
  at: number;
  from: number;
  to: number;
}

const byteRange = /\/ByteRange\s{0,8}\[\s{0,8}0\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{0,8}\]/g;

/** @throws SealError */
export async function signedPdf(bytes: Uint8Array): Promise<Signed> {
  const text = new TextDecoder('latin1').decode(bytes);
  const places: (Place & { end: number })[] = [...text.matchAll(byteRange)].map(
    ({ index, 1: from, 2: to, 3: more }) => ({
      at: index,
      from: Number(from),
      to: Number(to),
      end: Number(to) + Number(more),
    }),
  );
  if (places.length === 0) throw new SealError(text.includes('/ByteRange') ? 'form-unknown' : 'no-signature');
  const [whole, another] = places.filter(({ from, to, end }) => end === bytes.length && from < to);
  if (whole === undefined) throw new SealError('covers-part');
  if (another !== undefined) throw new SealError('form-unknown');
  const cms = fromHex(heldIn(text, whole).toLowerCase());
  if (cms === undefined) throw new SealError('malformed');
  const signed = await signedCms(
    cms,
    Buffer.concat([bytes.subarray(0, whole.from), bytes.subarray(whole.to)]),
  );
  // A PDF says when in its dictionary, which is signed too; a baseline signature has no other time (EN 319 142-1, 6.3).
  const claimedAt = signed.claimedAt ?? timeBeside(text, whole);
  return { ...signed, ...(claimedAt === undefined ? {} : { claimedAt }) };
}

/** The hexadecimal string between the ranges: `<…>`, and nothing else. */
function heldIn(text: string, { from, to }: Place): string {
  if (text[from] !== '<' || text[to - 1] !== '>') throw new SealError('covers-part');
  const inside = text.slice(from + 1, to - 1);
  if (!/^[0-9A-Fa-f]*$/.test(inside) || inside.length % 2 !== 0) throw new SealError('covers-part');
  return inside;
}

/** `/M (D:YYYYMMDDHHmmSSOHH'mm')` of the signature's own object (ISO 32000-2 section 7.9.4). */
function timeBeside(text: string, { at, to }: Place): Date | undefined {
  const begin = text.lastIndexOf('obj', at);
  const end = text.indexOf('endobj', to);
  const own = text.slice(begin, end < 0 ? undefined : end);
  const found = /\/M\s{0,8}\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'(\d\d)'?)/.exec(own);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, sign = '+', offHours = '00', offMinutes = '00'] = found;
  const at0 = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${sign}${offHours}:${offMinutes}`);
  return Number.isNaN(at0.getTime()) ? undefined : at0;
}
