import { concat, utf8 } from '#core/bytes.ts';

/**
 * Makes a ZIP archive (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16) whose files are stored as they are. The same files
 * make the same bytes: no time is in it.
 */
export interface FileToPack {
  /** With its folders: `GS-4711-26/records.csv`. */
  name: string;
  /** Its bytes, in as many pieces as they are at hand. */
  pieces: readonly Uint8Array[];
}

/** What an archive without ZIP64 cannot say: 4 GiB of one file or of all, and 65,535 files. */
const mostBytes = 0xffff_ffff;
const mostFiles = 0xffff;

const version = 20;
/** Names are UTF-8 (bit 11). */
const flags = 0x0800;
/** 1 January 1980, the earliest day that an archive can name. */
const noDay = 0x0021;

/**
 * @returns the archive in pieces, so that a large one need not be in memory twice
 * @throws RangeError where it would be larger than an archive of this form can be
 */
export function zipOf(files: readonly FileToPack[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const file of files) {
    const name = utf8(file.name);
    const size = file.pieces.reduce((sum, piece) => sum + piece.length, 0);
    const shared = concat(
      numbers([version, 2], [flags, 2], [0, 2], [0, 2], [noDay, 2]),
      numbers([crc32(file.pieces), 4], [size, 4], [size, 4], [name.length, 2], [0, 2]),
    );
    const local = concat(numbers([0x04034b50, 4]), shared, name);
    directory.push(
      concat(
        numbers([0x02014b50, 4], [version, 2]),
        shared,
        numbers([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]),
        name,
      ),
    );
    pieces.push(local, ...file.pieces);
    at += local.length + size;
  }
  const listed = directory.reduce((sum, each) => sum + each.length, 0);
  if (at + listed > mostBytes || files.length > mostFiles) throw new RangeError('too large for an archive');
  const count = files.length;
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [listed, 4], [at, 4], [0, 2]);
  return [...pieces, ...directory, end];
}

/** Numbers, each in so many bytes, the lowest first. */
function numbers(...of: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  const bytes = new Uint8Array(of.reduce((sum, [, length]) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, length] of of) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value >>> 0, true);
    at += length;
  }
  return bytes;
}

/** ISO 3309, as archives have it. */
function crc32(pieces: readonly Uint8Array[]): number {
  let crc = -1;
  for (const piece of pieces) for (const byte of piece) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
