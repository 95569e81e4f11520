import { open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { folderName, suffixed } from '#client/package/folder-name.ts';
import { fileNames } from '#client/package/manifest.ts';
import { caseOfPages } from './pages.ts';

/** Which folder a case is collected into, beside those of other cases. */

/**
 * The folder to collect a case into: no other case's, also where a file system takes capital and small letters for the same.
 *
 * @param parent the folder that it is made in
 */
export async function folderFor(
  parent: string,
  { reference, id }: { reference: string | undefined; id: string },
): Promise<string> {
  const name = folderName(reference, id);
  const entries = await readdir(parent).catch(() => []);
  const alike = entries.filter((entry) => lookOf(entry) === lookOf(name));
  for (const entry of alike) {
    const of = await caseIn(join(parent, entry));
    if (of !== undefined && of !== id) return resolve(parent, suffixed(name, id));
  }
  return resolve(parent, name);
}

/** What names are the same by, where a file system tells neither capitals nor ways to write an accent apart. */
const lookOf = (name: string) => name.normalize('NFKC').toUpperCase().normalize('NFC');

const ofCase = /^\{"v":\d+,"case":"([^"]{1,100})"/;

/** Which case a folder holds, finished or not; undefined where it does not say so. */
async function caseIn(dir: string): Promise<string | undefined> {
  const [, id] = ofCase.exec(await beginningOf(join(dir, fileNames.manifest))) ?? [];
  return id ?? caseOfPages(dir);
}

/** A manifest can be larger than a string, and names its case first. */
async function beginningOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(200), 0, 200, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } catch {
    return '';
  } finally {
    await handle.close();
  }
}
