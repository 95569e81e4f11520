/**
 * A file's bytes as lines: unpacked if it is gzip, decoded from UTF-8 or, where its byte order mark says so, from UTF-16.
 * What else it may be is named and not read.
 */

/**
 * Why a file is not read at all.
 *
 * - `gzip-damaged`: it begins as gzip, and does not end so.
 * - `packed`: compressed in another way, or an archive.
 * - `utf-16-unmarked`: UTF-16 without a byte order mark, so that it could be either of two.
 * - `binary`: it holds what no text does.
 */
export type BytesErrorCode = 'gzip-damaged' | 'packed' | 'utf-16-unmarked' | 'binary';

export class BytesError extends Error {
  override name = 'BytesError';
  readonly code: BytesErrorCode;

  constructor(code: BytesErrorCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Unpacks gzip. @throws BytesError `gzip-damaged` */
export type Gunzip = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Characters of a line that is read at all: 16 times the longest event. */
export const LONGEST_LINE = 65_536;

/** As many as tell what a file is. */
const FIRST_BYTES = 8;

const GZIP = [0x1f, 0x8b];
/** zip, xz, zstd, bzip2, lz4. */
const PACKED = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x42, 0x5a, 0x68],
  [0x04, 0x22, 0x4d, 0x18],
];

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/**
 * A file's bytes as lines, whatever chunks they come in. Ends lines at LF and CRLF only: `node:readline` also
 * breaks them at U+2028 and a lone CR, which an account in a JSON line may hold, and a broken line could be
 * made to read as somebody else's.
 *
 * Of a line that does not end, only so much is held that it still counts as too long, with or without a CR: whoever reads
 * them refuses it unread, since what a cut leaves could read as somebody else's too. So a file holds no more memory
 * however far it unpacks.
 *
 * @throws BytesError
 */
export async function* splitLines(chunks: Chunks, gunzip: Gunzip): AsyncGenerator<string> {
  const { first, all } = await begun(chunks);
  if (PACKED.some((magic) => begins(first, magic))) throw new BytesError('packed');
  if (!begins(first, GZIP)) return yield* decodedLines(first, all);
  const plain = await begun(gunzip(all));
  yield* decodedLines(plain.first, plain.all);
}

/** The first bytes, and all of them. */
async function begun(chunks: Chunks): Promise<{ first: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const from = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  while (length < FIRST_BYTES) {
    const next = await from.next();
    if (next.done === true) break;
    held.push(next.value);
    length += next.value.length;
  }
  async function* all() {
    try {
      yield* held;
      for (;;) {
        const next = await from.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await from.return?.();
    }
  }
  return { first: Buffer.concat(held).subarray(0, FIRST_BYTES), all: all() };
}

/** Which text it is, by its byte order mark (Unicode section 23.8). */
function encodingOf(first: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  // UTF-32 in little-endian begins as UTF-16 does.
  if (begins(first, [0xff, 0xfe]) && !begins(first, [0xff, 0xfe, 0, 0])) return 'utf-16le';
  if (begins(first, [0xfe, 0xff])) return 'utf-16be';
  // Every second byte of the ASCII that a log begins with.
  const zeros = [...first].map((byte) => byte === 0);
  if (first.length >= 4 && [0, 1].some((odd) => zeros.every((zero, i) => zero === (i % 2 === odd))))
    throw new BytesError('utf-16-unmarked');
  if (zeros.includes(true)) throw new BytesError('binary');
  return 'utf-8';
}

async function* decodedLines(first: Uint8Array, chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder(encodingOf(first));
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE + '\r\n'.length);
    for (const line of lines) yield withoutCr(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutCr(rest);
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
