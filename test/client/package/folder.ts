/** A package's folder in memory, made as `writ collect` makes it. */
import { createHash } from 'node:crypto';
import { proveDisclosure } from '#client/log/prove.ts';
import { certificatePage, makerOf } from '#client/package/certificate.ts';
import { Counting } from '#client/package/counts.ts';
import { tableOf } from '#client/package/csv.ts';
import { fileNames, headOf, manifestParts } from '#client/package/manifest.ts';
import { factsOf, type PackageFiles } from '#client/package/prove.ts';
import type { disclosed, Keys } from './pages.ts';

export const version = 'writ 0.0.0';
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const digestOf = (text: string) => ({ sha256: sha256(text), bytes: Buffer.byteLength(text) });

export type Folder = Map<string, string>;

export async function folderOf(keys: Keys, made: Awaited<ReturnType<typeof disclosed>>): Promise<Folder> {
  const [first] = made.disclosures;
  if (first === undefined) throw new Error('no page');
  const counting = new Counting();
  for (const { records } of made.disclosures) counting.add(records);
  const counts = counting.of(first.scope);
  const manifest = `${manifestParts.before(headOf(first))}${made.jws
    .map((jws, i) => manifestParts.page(jws, i === 0))
    .join('')}${manifestParts.after(headOf(first), counts)}`;
  const table = tableOf(first.subjects);
  const records = table.head + made.disclosures.map((disclosure) => table.rows(disclosure.records)).join('');
  const pages = [];
  for (const jws of made.jws) {
    const proof = await proveDisclosure(jws, keys.log.key, [keys.jwk]);
    const facts = proof === undefined ? undefined : factsOf(proof);
    if (facts !== undefined) pages.push(facts);
  }
  const certificate = certificatePage({
    madeBy: version,
    head: headOf(first),
    particulars: first.certificate,
    verifierKey: keys.verifierKey,
    pages,
    counts,
    files: { manifest: digestOf(manifest), records: digestOf(records) },
  });
  const proof = {
    v: 1,
    madeBy: makerOf(version),
    provider: { name: first.certificate.provider, keys: [keys.jwk] },
    log: { verifierKey: keys.verifierKey },
    pages,
    files: {
      [fileNames.manifest]: sha256(manifest),
      [fileNames.records]: sha256(records),
      [fileNames.certificate]: sha256(certificate),
    },
  };
  return new Map([
    [fileNames.manifest, manifest],
    [fileNames.records, records],
    [fileNames.certificate, certificate],
    [fileNames.proof, JSON.stringify(proof, null, 2)],
  ]);
}

export const filesOf = (folder: Folder): PackageFiles => ({
  text: async (name) => folder.get(name),
  digest: async (name) => {
    const text = folder.get(name);
    return text === undefined ? undefined : digestOf(text);
  },
});
