import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What `npm run mutants` can change, and which tests judge a change: all found by listing, so that a new folder is in. */

/** Tests that take no part, and why. */
const leftOut: readonly [RegExp, string][] = [
  [/signature[\\/]mutations\.test/, 'takes seconds; what it alone notices should have a test of its own'],
  [/signature[\\/]imports\.test/, 'reads the source, which Stryker has rewritten'],
];

/** Where tests are that need nothing but the code: no cloud, no other programs. */
const judges = [
  'test/core/**/*.test.ts',
  'test/memory/**/*.test.ts',
  'test/conformance/{structured-fields,wycheproof}.test.ts',
];

export interface MutantFolder {
  /** `core` for the files that lie in no folder of it, else `core/<name>`. */
  readonly name: string;
  readonly files: readonly string[];
  /** The tests that lie where its own would, and those that import one of its files. */
  readonly tests: readonly string[];
}

/** Every folder of core, in the order of their names. */
export function mutantFolders(home: string): MutantFolder[] {
  const all = globSync('core/**/*.ts', { cwd: home }).map(slashes).sort();
  const tests = globSync(judges, { cwd: home })
    .map(slashes)
    .sort()
    .filter((file) => !leftOut.some(([name]) => name.test(file)));
  const imports = new Map(tests.map((file) => [file, importsOf(home, file)]));
  const names = [...new Set(all.map(folderOf))].sort();
  return names.map((name) => {
    const files = all.filter((file) => folderOf(file) === name);
    const isTest = (file: string) =>
      folderOf(file.replace(/^test\//, '')) === name ||
      (imports.get(file) ?? []).some((path) => files.includes(path));
    return { name, files, tests: tests.filter(isTest) };
  });
}

/** The folder right below core that a file of core lies in. */
function folderOf(file: string): string {
  const [top = '', next = '', ...more] = file.split('/');
  return more.length > 0 ? `${top}/${next}` : dirname(file);
}

/** The files of core that a test imports, itself or by helpers beside it. */
function importsOf(home: string, file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !existsSync(join(home, file))) return [];
  seen.add(file);
  const source = readFileSync(join(home, file), 'utf8');
  const paths = [...source.matchAll(/\bfrom '([^']+)'/g)].map(([, path = '']) => path);
  return paths.flatMap((path) => {
    if (path.startsWith('#core/')) return [path.slice(1)];
    return path.startsWith('.') ? importsOf(home, slashes(join(dirname(file), path)), seen) : [];
  });
}

const slashes = (path: string) => path.replaceAll('\\', '/');
