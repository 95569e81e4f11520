import { chmod, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileNames } from '#client/package/manifest.ts';
import { type PackageKeys, type PageFault, type ProvenPage, provenPage } from '#client/package/page.ts';
import { printable } from '#client/printable.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { CommandError } from '../errors.ts';

/**
 * A collection's pages as they arrive: one file each, whole or absent, in a hidden folder that is removed once the package
 * is finished. A collection that stopped early goes on from the last page.
 */
export class PageStore {
  readonly dir: string;
  private readonly keys: PackageKeys;
  private readonly isNew: boolean;
  count: number;

  private constructor(dir: string, keys: PackageKeys, count: number, isNew: boolean) {
    this.dir = dir;
    this.keys = keys;
    this.count = count;
    this.isNew = isNew;
  }

  /**
   * Makes a folder for a collection, or opens that of one that stopped early. It does so before anything is collected, as
   * each collection counts.
   *
   * @param id the case that is collected: another's folder is not gone on with, even before its first page
   * @throws CommandError file-exists, file-unwritable, collection-differs
   */
  static async open(dir: string, keys: PackageKeys, id: string): Promise<PageStore> {
    const entries = await readdir(dir).catch((cause: unknown) => {
      if (codeOf(cause) === 'ENOENT') return undefined;
      throw unwritable(dir, cause);
    });
    if (entries?.includes(fileNames.proof) === true)
      throw new CommandError(
        'file-exists',
        `${printable(dir)} holds a finished package, and is not overwritten`,
        'name another folder with --out',
      );
    const isResumed = entries?.includes(PAGES) === true;
    if (entries !== undefined && entries.length > 0 && !isResumed)
      throw new CommandError(
        'file-exists',
        `${printable(dir)} is not empty`,
        'name another folder with --out',
      );
    try {
      await mkdir(dirname(dir), { recursive: true });
      if (entries === undefined) await mkdir(dir, { mode: 0o700 });
      await chmod(dir, 0o700);
      if (!isResumed) {
        await mkdir(join(dir, PAGES), { mode: 0o700 });
        await writeFile(join(dir, PAGES, CASE), id, { mode: 0o600, flag: 'wx' });
      }
    } catch (cause) {
      throw unwritable(dir, cause);
    }
    if (isResumed && ((await caseOfPages(dir)) ?? id) !== id)
      throw new CommandError(
        'collection-differs',
        `what was kept in ${printable(dir)} is of another case`,
        'collect into another folder, with --out',
      );
    const kept = await readdir(join(dir, PAGES));
    const count = kept.filter((name) => /^\d{6}\.jws$/.test(name)).length;
    return new PageStore(dir, keys, count, entries === undefined);
  }

  /** Keeps a page: once this returns, a machine that loses power still has it. @throws CommandError file-unwritable */
  async add(jws: string): Promise<void> {
    const path = this.path(this.count + 1);
    try {
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(jws);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
      await syncFolder(dirname(path));
    } catch (cause) {
      throw unwritable(this.dir, cause);
    }
    this.count++;
  }

  /**
   * The pages that were kept, one at a time. Each is verified again, since others may be able to write into the folder.
   *
   * @param id the case that they are to be of
   * @param policy whose witnesses are told of, where the provider publishes one
   * @throws CommandError collection-differs
   */
  async *read(id: string, policy?: string): AsyncGenerator<ProvenPage> {
    const keys = { ...this.keys, policy };
    let first: DisclosurePackage | undefined;
    for (let page = 1; page <= this.count; page++) {
      const jws = await readFile(this.path(page), 'utf8').catch(() => '');
      const proven = await provenPage(jws, { id, keys, first, page });
      if (!('jws' in proven)) throw this.differs(page, differenceText(proven));
      first ??= proven.disclosure;
      yield proven;
    }
  }

  /** Removes the pages of a package that is finished. */
  async remove(): Promise<void> {
    await rm(join(this.dir, PAGES), { recursive: true, force: true });
  }

  /** Removes everything, where nothing was collected. */
  async abandon(): Promise<void> {
    if (this.count > 0) return;
    await this.remove();
    if (this.isNew) await rmdir(this.dir).catch(() => undefined);
  }

  private path(page: number): string {
    return join(this.dir, PAGES, `${String(page).padStart(6, '0')}.jws`);
  }

  private differs(page: number, what: string): CommandError {
    return new CommandError(
      'collection-differs',
      `page ${page} that was kept in ${printable(this.dir)} ${what}`,
      'collect into another folder, with --out',
    );
  }
}

function differenceText(faults: readonly PageFault[]): string {
  if (faults.includes('package-malformed')) return 'is no signed page';
  if (faults.includes('case-differs')) return 'is of another case';
  if (faults.includes('pages-differ')) return 'does not follow the one before';
  return `does not hold (${faults.join(', ')})`;
}

const PAGES = '.pages';
/** Beside the pages: the id of the case that they are of. */
const CASE = 'case';

/** Whose pages a folder holds; undefined where it holds none, or those of a version that did not say. */
export async function caseOfPages(dir: string): Promise<string | undefined> {
  return readFile(join(dir, PAGES, CASE), 'utf8').catch(() => undefined);
}

export function unwritable(dir: string, cause: unknown): CommandError {
  return new CommandError(
    'file-unwritable',
    `${printable(dir)} cannot be written (${codeOf(cause)})`,
    'name another folder with --out',
    { cause },
  );
}

/** A file's name is durable once its folder is synced. Windows cannot sync a folder. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32' || !(await stat(dir)).isDirectory()) return;
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
