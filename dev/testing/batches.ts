import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, matchesGlob } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Test files that run several to a process. Node's runner starts a process for each file, and each loads and compiles the
 * same modules anew: for files that only compute, that is a third of their time.
 *
 * A file may be here if it leaves nothing behind for the next one: no changed environment, clock or working directory, and
 * no server. Files that start processes gain little, and are not here.
 */
const together = [
  'test/core/**',
  'test/conformance/**',
  'test/client/*.test.ts',
  'test/client/{doctor,package}/*.test.ts',
  'test/functions/*.test.ts',
  'test/memory/*.test.ts',
  'test/console/{case-rules,registry-rules,case-state,policy-diff,sign-sentences}.test.ts',
  'test/policies/*.test.ts',
  'test/dev/gate/{decide,policy,create-key}.test.ts',
];
const alone = [
  'test/conformance/differential.test.ts',
  'test/conformance/{tlog,witness}*.test.ts',
  'test/conformance/fuzz.test.ts',
  'test/functions/console.test.ts',
  'test/functions/http-witnesses.test.ts',
];

/** So many processes share them: few enough to save their starts, so many that no core waits long for the last. */
const BATCHES = 8;
const BATCH = 'computing-';

/** Whether a file that is started is a batch. */
export const isBatch = (file: string): boolean => basename(file).startsWith(BATCH);

/**
 * The files to start, in the order given: those that may share a process are in a batch, which is a file that imports them.
 *
 * @param folder where the batches are written, anew
 */
export function batched(home: string, folder: string, files: readonly string[]): string[] {
  const sharing = files.filter(mayShare);
  if (sharing.length <= BATCHES) return [...files];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const batches = Array.from({ length: BATCHES }, (_, i) => {
    const file = join(folder, `${BATCH}${i + 1}.test.mjs`);
    const members = sharing.filter((_, at) => at % BATCHES === i);
    writeFileSync(file, members.map((each) => `import '${pathToFileURL(join(home, each))}';\n`).join(''));
    return file;
  });
  // A batch stands where its first member did.
  return files.flatMap((file) => {
    const at = sharing.indexOf(file);
    return at < 0 ? [file] : batches.slice(at, at + 1);
  });
}

function mayShare(file: string): boolean {
  const isIn = (patterns: readonly string[]) => patterns.some((pattern) => matchesGlob(file, pattern));
  return isIn(together) && !isIn(alone);
}
