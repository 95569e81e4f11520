import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { forBrowsers } from '#lib/browser.ts';
import { licencesOf, packagesOf } from '#lib/licences.ts';

/**
 * Builds `dist/`, which is what `npm pack` packs: the SDK for Node and for browsers, the `writ` command, and their types.
 * What the package depends on stays outside of it, with one exception.
 */
const home = fileURLToPath(new URL('..', import.meta.url));

/**
 * RFC 8785, of one file. It runs on the Node that we promise, but its manifest asks for a later one, and npm would refuse
 * the whole package for that.
 */
const bundled = 'canonicalize';

const common = {
  absWorkingDir: home,
  bundle: true,
  format: 'esm',
  packages: 'external',
  alias: { [bundled]: `./node_modules/${bundled}/lib/${bundled}.js` },
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** For browsers: the same SDK, with `node:crypto` and `node:net` as client/browser/ has them. */
export const browserOptions = {
  ...common,
  ...forBrowsers,
  entryPoints: { browser: 'client/index.ts' },
  alias: { ...common.alias, ...forBrowsers.alias },
} as const satisfies BuildOptions;

const nodeOptions = {
  ...common,
  entryPoints: { index: 'client/index.ts', node: 'client/node.ts' },
  platform: 'node',
  target: 'node20.19',
  // One copy of each class: an error of `writ` is that error in `writ/node` too.
  splitting: true,
  chunkNames: 'shared-[hash]',
} as const satisfies BuildOptions;

/**
 * The command, with what it depends on in it: a file that is read once begins in a third of the time that a hundred take.
 * What few calls need stays outside: clients of the AWS SDK, which an operator installs, undici, for proxies, and the
 * holidays of the world.
 */
const commandOptions = {
  ...nodeOptions,
  entryPoints: { cli: 'client/cli/writ.ts' },
  packages: 'bundle',
  external: ['@aws-sdk/*', 'undici', 'date-holidays'],
  chunkNames: 'cli-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
} as const satisfies BuildOptions;

/** Types of both entries. A file of theirs may name `node:crypto` only for a key that nobody looks into. */
function declare(outdir: string): void {
  const scratch = join(home, '.writ/pack');
  mkdirSync(scratch, { recursive: true });
  const config = join(scratch, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    incremental: false,
    tsBuildInfoFile: null,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: home,
    outDir: outdir,
    typeRoots: [join(home, 'node_modules/@types')],
  };
  const files = ['client/index.ts', 'client/node.ts', 'client/browser/crypto.ts'].map((file) =>
    join(home, file),
  );
  writeFileSync(
    config,
    JSON.stringify({ extends: join(home, 'tsconfig.json'), compilerOptions, files, include: [] }),
  );
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(home, 'node_modules/typescript/bin/tsc'), '--project', config],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the types cannot be declared:\n${stdout}`);
  for (const file of globSync('**/*.d.ts', { cwd: outdir })) {
    const path = join(outdir, file);
    writeFileSync(path, asPacked(readFileSync(path, 'utf8'), dirname(file)));
  }
}

/** Specifiers as a package has them, which knows no `#core` and no TypeScript. */
function asPacked(text: string, folder: string): string {
  const from = (path: string) => {
    const way = relative(folder, path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
    return way.startsWith('.') ? way : `./${way}`;
  };
  return text.replaceAll(/(\bfrom |\bimport\()'([^']+)'/g, (_, before, specifier) => {
    if (specifier === 'node:crypto') return `${before}'${from('client/browser/crypto.ts')}'`;
    if (specifier.startsWith('#')) return `${before}'${from(specifier.slice(1))}'`;
    return `${before}'${specifier.startsWith('.') ? specifier.replace(/\.ts$/, '.js') : specifier}'`;
  });
}

/** Builds everything into a directory, which is emptied first. */
export async function pack(outdir = join(home, 'dist')): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  const [{ metafile }] = await Promise.all([
    build({ ...commandOptions, outdir }),
    build({ ...nodeOptions, outdir }),
    build({ ...browserOptions, outdir }),
  ]);
  declare(join(outdir, 'types'));
  const packages = [...packagesOf(Object.keys(metafile.inputs)), `node_modules/${bundled}`];
  writeFileSync(join(outdir, 'LICENSES'), licencesOf(packages));
}

/** The command alone, as `pack` builds it. @returns its file */
export async function packCommand(outdir: string): Promise<string> {
  rmSync(outdir, { recursive: true, force: true });
  await build({ ...commandOptions, outdir });
  return join(outdir, 'cli.js');
}

if (import.meta.main) await pack();
