import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '#core/bytes.ts';
import type { CertifiedFile } from './certificate.ts';
import { fileNames } from './manifest.ts';
import type { PackageKeys, ProvenPage } from './page.ts';
import type { PackageFiles } from './prove.ts';
import { certificateOf, filesBy, type PagesTogether, proofOf, writeRecords } from './writing.ts';

/** A package whose files are in memory: a page in a browser has no folder to write to. */

/** A file of it, in the pieces that it was made in. */
export interface MadeFile {
  name: string;
  pieces: Uint8Array[];
}

export interface MadePackage extends PagesTogether {
  /** The files of the folder, in the order in which they are written. */
  files: MadeFile[];
  certificate: string;
}

/** @param madeBy the program and its version: `writ 0.1.0`. @returns undefined of no page */
export async function packageInMemory(
  pages: AsyncIterable<ProvenPage> | Iterable<ProvenPage>,
  by: { keys: PackageKeys; madeBy: string },
): Promise<MadePackage | undefined> {
  const [manifest, records] = [writing(), writing()];
  const together = await writeRecords(pages, { manifest: manifest.write, records: records.write });
  if (together === undefined) return undefined;
  const certified = { manifest: manifest.done(), records: records.done() };
  const certificate = certificateOf(together, certified, by);
  const page = utf8(certificate);
  const digests = filesBy({
    manifest: certified.manifest.sha256,
    records: certified.records.sha256,
    certificate: toHex(sha256(page)),
  });
  return {
    ...together,
    certificate,
    files: [
      { name: fileNames.manifest, pieces: manifest.pieces },
      { name: fileNames.records, pieces: records.pieces },
      { name: fileNames.certificate, pieces: [page] },
      ...together.tlogProofs.map(({ name, text }) => ({ name, pieces: [utf8(text)] })),
      { name: fileNames.proof, pieces: [utf8(proofOf(together, digests, by))] },
    ],
  };
}

function writing() {
  const hash = sha256.create();
  const pieces: Uint8Array[] = [];
  return {
    pieces,
    write: async (text: string) => {
      const bytes = utf8(text);
      hash.update(bytes);
      pieces.push(bytes);
    },
    done: (): CertifiedFile => ({
      sha256: toHex(hash.digest()),
      bytes: pieces.reduce((sum, { length }) => sum + length, 0),
    }),
  };
}

/** A package's files by their names, as `provePackage` reads them. */
export function packageFiles(files: ReadonlyMap<string, Uint8Array>): PackageFiles {
  return {
    text: async (name) => {
      const bytes = files.get(name);
      // As Node reads a file: a byte order mark is part of it.
      return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    },
    digest: async (name) => {
      const bytes = files.get(name);
      return bytes && { sha256: toHex(sha256(bytes)), bytes: bytes.length };
    },
  };
}
