import { fileNames, isTlogProofName } from '#client/package/manifest.ts';
import { filesInZip } from '#client/zip.ts';

/** A package as somebody drops it on the page: an archive of its folder, the folder, or the folder's files. It goes nowhere. */

/** A file with where it lay: `GS-4711-26/records.csv`. */
export interface DroppedFile {
  path: string;
  bytes(): Promise<Uint8Array>;
}

/** What was dropped is no package: none of its files is there, or of more than one. */
export class NoPackage extends Error {
  override name = 'NoPackage';
  readonly why: 'no-package' | 'several' | 'broken-archive';

  constructor(why: NoPackage['why'], options?: ErrorOptions) {
    super(why, options);
    this.why = why;
  }
}

/** Records of a whole year of a busy account stay far below. */
const mostUnpackedBytes = 2_000_000_000;

const names: readonly string[] = Object.values(fileNames);
const isKnown = (path: string) => names.includes(nameOf(path)) || isTlogProofName(nameOf(path));

/** @returns the files of the one package among what was dropped, by their names. @throws NoPackage */
export async function packageIn(dropped: readonly DroppedFile[]): Promise<Map<string, Uint8Array>> {
  const [only, ...others] = dropped;
  if (only !== undefined && others.length === 0 && !isKnown(only.path)) {
    const unpacked = await unzipped(await only.bytes());
    return onePackage([...unpacked].map(([path, bytes]) => ({ path, bytes: async () => bytes })));
  }
  return onePackage(dropped);
}

async function onePackage(all: readonly DroppedFile[]): Promise<Map<string, Uint8Array>> {
  const files = all.filter(({ path }) => isKnown(path));
  if (files.length === 0) throw new NoPackage('no-package');
  const folders = new Set(files.map(({ path }) => path.slice(0, -nameOf(path).length)));
  if (folders.size > 1) throw new NoPackage('several');
  return new Map(
    await Promise.all(files.map(async (file) => [nameOf(file.path), await file.bytes()] as const)),
  );
}

async function unzipped(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  try {
    return await filesInZip(bytes, mostUnpackedBytes);
  } catch (cause) {
    throw new NoPackage('broken-archive', { cause });
  }
}

const nameOf = (path: string) => path.split('/').at(-1) ?? path;

/** The files of a drop, those within folders too. */
export async function filesOfDrop(transfer: DataTransfer): Promise<DroppedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = entries.length === 0 ? [] : await Promise.all(entries.map((entry) => filesBelow(entry)));
  return files.length === 0 ? [...transfer.files].map(asDropped) : files.flat();
}

export const asDropped = (file: File): DroppedFile => ({
  path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
  bytes: async () => new Uint8Array(await file.arrayBuffer()),
});

async function filesBelow(entry: FileSystemEntry): Promise<DroppedFile[]> {
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((done, fail) => entry.file(done, fail));
    return [{ path: entry.fullPath, bytes: async () => new Uint8Array(await file.arrayBuffer()) }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives some at a time, and none once it gave all.
  for (let some: FileSystemEntry[]; ; found.push(...some)) {
    some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) break;
  }
  return (await Promise.all(found.map(filesBelow))).flat();
}
