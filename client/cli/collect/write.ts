import { createHash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CertifiedFile } from '#client/package/certificate.ts';
import { fileNames, type PackageProofFile } from '#client/package/manifest.ts';
import type { PackageKeys } from '#client/package/page.ts';
import {
  certificateOf,
  filesBy,
  type PagesTogether,
  proofOf,
  writeRecords,
} from '#client/package/writing.ts';
import { madeBy } from '../version.ts';
import { type PageStore, syncFolder, unwritable } from './pages.ts';

/** Writes the package's files from the pages, and holds one page at a time. */
export interface Written extends Omit<PagesTogether, 'first' | 'tlogProofs'> {
  records: number;
  /** SHA-256 of each, in hex. */
  files: PackageProofFile['files'];
}

/** @throws CommandError file-unwritable, collection-differs */
export async function writePackage(store: PageStore, id: string, keys: PackageKeys): Promise<Written> {
  const { dir } = store;
  const manifest = await HashedFile.create(dir, fileNames.manifest);
  const csv = await HashedFile.create(dir, fileNames.records);
  let together: PagesTogether | undefined;
  try {
    together = await writeRecords(store.read(id, keys.policy), {
      manifest: (text) => manifest.write(text),
      records: (text) => csv.write(text),
    });
  } finally {
    await manifest.close();
    await csv.close();
  }
  if (together === undefined) throw new Error('no page was kept');
  const certified = { manifest: await manifest.finish(), records: await csv.finish() };
  const by = { keys, madeBy };
  const certificate = await writeFile(dir, fileNames.certificate, certificateOf(together, certified, by));
  const files = filesBy({
    manifest: certified.manifest.sha256,
    records: certified.records.sha256,
    certificate: certificate.sha256,
  });
  for (const { name, text } of together.tlogProofs) await writeFile(dir, name, text);
  // Written last: a folder with this file is finished.
  await writeFile(dir, fileNames.proof, proofOf(together, files, by));
  await store.remove();
  const { first: _, tlogProofs: _proofs, ...rest } = together;
  return { ...rest, records: rest.pages.reduce((sum, page) => sum + page.records, 0), files };
}

async function writeFile(dir: string, name: string, text: string): Promise<CertifiedFile> {
  const file = await HashedFile.create(dir, name);
  try {
    await file.write(text);
  } finally {
    await file.close();
  }
  return file.finish();
}

/** Writes a file as a whole or not at all, readable by its owner alone. */
class HashedFile {
  private readonly hash = createHash('sha256');
  private bytes = 0;
  private readonly dir: string;
  private readonly name: string;
  private readonly handle: FileHandle;

  private constructor(dir: string, name: string, handle: FileHandle) {
    this.dir = dir;
    this.name = name;
    this.handle = handle;
  }

  static async create(dir: string, name: string): Promise<HashedFile> {
    const handle = await open(join(dir, `${name}.new`), 'w', 0o600).catch((cause: unknown) => {
      throw unwritable(dir, cause);
    });
    return new HashedFile(dir, name, handle);
  }

  async write(text: string): Promise<void> {
    this.hash.update(text);
    this.bytes += Buffer.byteLength(text);
    await this.handle.writeFile(text).catch((cause: unknown) => {
      throw unwritable(this.dir, cause);
    });
  }

  async close(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }

  async finish(): Promise<CertifiedFile> {
    const path = join(this.dir, this.name);
    await rename(`${path}.new`, path).catch((cause: unknown) => {
      throw unwritable(this.dir, cause);
    });
    await syncFolder(this.dir);
    return { sha256: this.hash.digest('hex'), bytes: this.bytes };
  }
}
