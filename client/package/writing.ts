import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { type CertifiedFile, certificatePage, makerOf } from './certificate.ts';
import { Counting, type RecordCount } from './counts.ts';
import { coverageLines } from './coverage-words.ts';
import { type Table, tableOf } from './csv.ts';
import {
  fileNames,
  headOf,
  manifestParts,
  type PackageProofFile,
  type PageFacts,
  tlogProofName,
} from './manifest.ts';
import type { PackageKeys, ProvenPage } from './page.ts';
import { factsOf } from './prove.ts';

/** Makes a package's files from the pages of a collection, a page at a time, wherever they are written to. */

/** What takes a file's text, in pieces. */
export type Write = (text: string) => Promise<void>;

/** What the pages of a package say together. */
export interface PagesTogether {
  /** The first page; its records are those of that page alone. */
  first: DisclosurePackage;
  pages: PageFacts[];
  /** Of each subject and category, as `disclosure.json` counts them. */
  counts: RecordCount[];
  /** The log's proof of each page, for files of their own, from the fourth form on. */
  tlogProofs: { name: string; text: string }[];
  /** What the answer covers, in sentences, where the provider says so. */
  coverage?: string[];
}

/** Writes `disclosure.json` and `records.csv`. @returns undefined of no page */
export async function writeRecords(
  pages: AsyncIterable<ProvenPage> | Iterable<ProvenPage>,
  write: Record<'manifest' | 'records', Write>,
): Promise<PagesTogether | undefined> {
  const facts: PageFacts[] = [];
  const tlogProofs: PagesTogether['tlogProofs'] = [];
  let page = 0;
  const counting = new Counting();
  let first: DisclosurePackage | undefined;
  let table: Table | undefined;
  for await (const { jws, disclosure, proof } of pages) {
    if (table === undefined) {
      table = tableOf(disclosure.subjects);
      await write.records(table.head);
      await write.manifest(manifestParts.before(headOf(disclosure)));
    }
    await write.manifest(manifestParts.page(jws, first === undefined));
    first ??= disclosure;
    await write.records(table.rows(disclosure.records));
    counting.add(disclosure.records);
    const its = factsOf(proof);
    if (its !== undefined) facts.push(its);
    const text = disclosure.tlogProof;
    page++;
    if (text !== undefined) tlogProofs.push({ name: tlogProofName(page), text });
  }
  if (first === undefined) return undefined;
  const [head, counts] = [headOf(first), counting.of(first.scope)];
  await write.manifest(manifestParts.after(head, counts));
  const coverage = 'completeness' in head ? { coverage: coverageLines(head, counts) } : {};
  return { first, pages: facts, counts, tlogProofs, ...coverage };
}

/** The two files that hold the records, as they were written. */
export type CertifiedFiles = Record<'manifest' | 'records', CertifiedFile>;

/** `certificate.html` of what was written. @param madeBy the program and its version: `writ 0.1.0` */
export function certificateOf(
  { first, pages, counts }: PagesTogether,
  files: CertifiedFiles,
  { keys, madeBy }: { keys: PackageKeys; madeBy: string },
): string {
  return certificatePage({
    madeBy,
    head: headOf(first),
    particulars: first.certificate,
    verifierKey: formatVerifierKey(keys.log),
    pages,
    counts,
    files,
  });
}

/** `proof.json`, the last of the files. A folder that has it is finished. */
export function proofOf(
  { first, pages }: Pick<PagesTogether, 'first' | 'pages'>,
  files: PackageProofFile['files'],
  { keys, madeBy }: { keys: PackageKeys; madeBy: string },
): string {
  const proof: PackageProofFile = {
    v: 1,
    madeBy: makerOf(madeBy),
    provider: { name: first.certificate.provider, keys: [...keys.provider] },
    log: {
      verifierKey: formatVerifierKey(keys.log),
      ...(keys.policy === undefined ? {} : { policy: keys.policy }),
    },
    pages,
    files,
  };
  return `${JSON.stringify(proof, null, 2)}\n`;
}

/** The digests of the other files, by their names. */
export const filesBy = (
  of: Record<'manifest' | 'records' | 'certificate', string>,
): PackageProofFile['files'] => ({
  [fileNames.manifest]: of.manifest,
  [fileNames.records]: of.records,
  [fileNames.certificate]: of.certificate,
});
