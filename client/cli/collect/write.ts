import { createHash } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertifiedFile, certificatePage, makerOf } from '#client/package/certificate.ts';
import { Counting, type RecordCount } from '#client/package/counts.ts';
import { coverageLines } from '#client/package/coverage-words.ts';
import { type Table, tableOf } from '#client/package/csv.ts';
import {
  fileNames,
  headOf,
  manifestParts,
  type PackageProofFile,
  type PageFacts,
} from '#client/package/manifest.ts';
import { factsOf } from '#client/package/prove.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { madeBy } from '../version.ts';
import { type Keys, type PageStore, syncFolder, unwritable } from './pages.ts';

/** Writes the package's four files from the pages, and holds one page at a time. */
export interface Written {
  pages: PageFacts[];
  records: number;
  /** Of each subject and category, as `disclosure.json` counts them. */
  counts: RecordCount[];
  /** What the answer covers, in sentences, where the provider says so. */
  coverage?: string[];
  /** SHA-256 of each, in hex. */
  files: PackageProofFile['files'];
}

/** @throws CommandError file-unwritable, collection-differs */
export async function writePackage(store: PageStore, id: string, keys: Keys): Promise<Written> {
  const { dir } = store;
  const manifest = await HashedFile.create(dir, fileNames.manifest);
  const csv = await HashedFile.create(dir, fileNames.records);
  const pages: PageFacts[] = [];
  const counting = new Counting();
  let first: DisclosurePackage | undefined;
  let table: Table | undefined;
  try {
    for await (const { jws, disclosure, proof } of store.read(id)) {
      if (table === undefined) {
        table = tableOf(disclosure.subjects);
        await csv.write(table.head);
        await manifest.write(manifestParts.before(headOf(disclosure)));
      }
      await manifest.write(manifestParts.page(jws, first === undefined));
      first ??= disclosure;
      await csv.write(table.rows(disclosure.records));
      counting.add(disclosure.records);
      const facts = factsOf(proof);
      if (facts !== undefined) pages.push(facts);
    }
    if (first === undefined) throw new Error('no page was kept');
    await manifest.write(manifestParts.after(headOf(first), counting.of(first.scope)));
  } finally {
    await manifest.close();
    await csv.close();
  }
  const counts = counting.of(first.scope);
  const certified = { manifest: await manifest.finish(), records: await csv.finish() };
  const verifierKey = formatVerifierKey(keys.log);
  const certificate = certificatePage({
    madeBy,
    head: headOf(first),
    particulars: first.certificate,
    verifierKey,
    pages,
    counts,
    files: certified,
  });
  const files = {
    [fileNames.manifest]: certified.manifest.sha256,
    [fileNames.records]: certified.records.sha256,
    [fileNames.certificate]: (await writeFile(dir, fileNames.certificate, certificate)).sha256,
  };
  const proof: PackageProofFile = {
    v: 1,
    madeBy: makerOf(madeBy),
    provider: { name: first.certificate.provider, keys: [...keys.provider] },
    log: { verifierKey },
    pages,
    files,
  };
  // Written last: a folder with this file is finished.
  await writeFile(dir, fileNames.proof, `${JSON.stringify(proof, null, 2)}\n`);
  await store.remove();
  const head = headOf(first);
  const coverage = head.v === 3 ? { coverage: coverageLines(head, counts) } : {};
  return { pages, records: pages.reduce((sum, page) => sum + page.records, 0), counts, ...coverage, files };
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
