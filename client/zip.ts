/** That these bytes are no archive as Lambda hands out, or hold more than they may. */
export class ZipError extends Error {
  override name = 'ZipError';
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const stored = 0;
const deflated = 8;
/** An archive's comment has 65,535 bytes at most, behind the 22 of the end of its directory. */
const farthestEnd = 22 + 65_535;

/**
 * The files of a ZIP archive by their names (PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16), folders left out.
 * Lambda unpacks by the directory at the end, and so does this: what lies elsewhere in the archive is no file.
 *
 * @param mostBytes of all files together
 * @throws ZipError
 */
export async function filesInZip(zip: Uint8Array, mostBytes: number): Promise<Map<string, Uint8Array>> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  try {
    const end = findEnd(view);
    const files = new Map<string, Uint8Array>();
    let left = mostBytes;
    let at = view.getUint32(end + 16, true);
    for (let count = view.getUint16(end + 10, true); count > 0; count--) {
      const entry = entryAt(view, zip, at);
      at = entry.next;
      if (entry.name.endsWith('/')) continue;
      if (files.has(entry.name)) throw new ZipError('two files of one name');
      const bytes = await unpacked(entry, left);
      left -= bytes.length;
      files.set(entry.name, bytes);
    }
    return files;
  } catch (cause) {
    if (cause instanceof ZipError) throw cause;
    // Past the end, or no deflated data.
    throw new ZipError('no archive', { cause });
  }
}

function findEnd(view: DataView): number {
  const last = view.byteLength - 22;
  for (let at = last; at >= Math.max(0, view.byteLength - farthestEnd); at--)
    if (view.getUint32(at, true) === endOfDirectory) return at;
  throw new ZipError('no directory');
}

interface ZipEntry {
  name: string;
  method: number;
  packed: Uint8Array;
  size: number;
  /** Where the next entry of the directory is. */
  next: number;
}

function entryAt(view: DataView, zip: Uint8Array, at: number): ZipEntry {
  if (view.getUint32(at, true) !== directoryEntry) throw new ZipError('no entry of the directory');
  const packedSize = view.getUint32(at + 20, true);
  const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const behind = at + 46 + (nameLength ?? 0);
  const name = new TextDecoder('utf-8', { fatal: true }).decode(slice(zip, at + 46, behind));
  const local = view.getUint32(at + 42, true);
  if (view.getUint32(local, true) !== localEntry) throw new ZipError('no file where the directory says');
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  return {
    name,
    method: view.getUint16(at + 10, true),
    packed: slice(zip, start, start + packedSize),
    size: view.getUint32(at + 24, true),
    next: behind + (extra ?? 0) + (comment ?? 0),
  };
}

async function unpacked({ method, packed, size }: ZipEntry, mostBytes: number): Promise<Uint8Array> {
  if (size > mostBytes) throw new ZipError('too large');
  if (method !== stored && method !== deflated) throw new ZipError('packed in another way');
  const bytes = method === stored ? packed : await inflated(packed, size);
  if (bytes.length !== size) throw new ZipError('another length than it says');
  return bytes;
}

/** A few bytes unpack to many: no more than is announced is unpacked. */
async function inflated(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(packed)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(size);
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { value } = await reader.read();
    if (value === undefined) return bytes.subarray(0, length);
    if (length + value.length > size) {
      await reader.cancel();
      throw new ZipError('another length than it says');
    }
    bytes.set(value, length);
    length += value.length;
  }
}

function slice(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (to > bytes.length) throw new ZipError('cut off');
  return bytes.subarray(from, to);
}
