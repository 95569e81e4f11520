import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/** What esbuild made of a state of the sources is kept, since a suite deploys several times. */

/** Where our sources lie. */
export const root = fileURLToPath(new URL('../', import.meta.url));
/** How our code becomes code for Lambda's Node: one module, with all that it imports. */
export const forLambda = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  // Some CommonJS dependencies call require() of Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  logLevel: 'warning',
} satisfies BuildOptions;

const kept = `${root}node_modules/.cache/writ`;

/**
 * A folder of what is made of sources: made where it is not there yet, and whole or not at all, since two deployments may
 * make it at the same moment.
 *
 * @param name what it holds
 * @param sources glob patterns of all that it is made of, beside the packages as they are locked
 * @param make fills a folder
 */
export function keptBundles(
  name: string,
  sources: readonly string[],
  make: (folder: string) => void,
): string {
  const dir = `${kept}/${name}-${digestOf(sources)}`;
  if (existsSync(dir)) return dir;
  const making = `${dir}-${process.pid}`;
  make(making);
  try {
    renameSync(making, dir);
  } catch (error) {
    if (!existsSync(dir)) throw error;
    rmSync(making, { recursive: true });
  }
  return dir;
}

function digestOf(sources: readonly string[]): string {
  const names = [...sources, 'lib/bundles.ts', 'package-lock.json', 'package.json', 'tsconfig.json'];
  const hash = createHash('sha256');
  for (const name of names.flatMap((pattern) => globSync(pattern, { cwd: root }).sort())) {
    const text = readFileSync(`${root}${name}`);
    hash.update(`${name} ${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 32);
}
