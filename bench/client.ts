import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { encryptPkcs8 } from '#client/pkcs8.ts';
import { browserOptions, pack } from '#dev/pack.ts';
import { compare, median, print } from './rounds.ts';

/**
 * What people's side costs: how long `writ` takes to begin, beside Node itself and other commands written for it; how
 * large the package and its bundle for browsers are, beside what they depend on; and what guessing a passphrase costs a
 * thief, beside a key file as Node writes one.
 */
const home = fileURLToPath(new URL('..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'writ-bench-'));
try {
  await pack(join(dir, 'dist'));
  symlinkSync(join(home, 'node_modules'), join(dir, 'node_modules'));
  mkdirSync(join(dir, 'client'));
  copyFileSync(join(home, 'client/bin.mjs'), join(dir, 'client/bin.mjs'));
  // As npm unpacks it: modules by their extension alone.
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  startUp();
  await sizes();
  await passphrases();
} finally {
  rmSync(dir, { recursive: true });
}

function startUp(): void {
  const commands = [
    ['node, nothing', ['-e', '0']],
    ['writ --version, packed', [join(dir, 'client/bin.mjs'), '--version']],
    ['writ --help, packed', [join(dir, 'client/bin.mjs'), '--help']],
    [
      'writ keys show --help, packed: one group of commands',
      [join(dir, 'client/bin.mjs'), 'keys', 'show', '--help'],
    ],
    ['writ --version, from a checkout', [join(home, 'client/cli/writ.ts'), '--version']],
    ['attw --version', [join(home, 'node_modules/@arethetypeswrong/cli/dist/index.js'), '--version']],
    ['cdk --version', [join(home, 'node_modules/aws-cdk/bin/cdk'), '--version']],
  ] as const;
  const rounds = Array.from({ length: 9 }, () =>
    commands.map(([, args]) => {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
      return performance.now() - start;
    }),
  );
  print('to begin', 'ms', '× the floor', '', '');
  for (const [i, [name]] of commands.entries()) {
    const ms = median(rounds.map((round) => round[i] ?? Number.NaN));
    const ratio = median(rounds.map((round) => (round[i] ?? Number.NaN) / (round[0] ?? Number.NaN)));
    print(`  ${name}`, ms.toFixed(0), i === 0 ? '' : ratio.toFixed(1), '', '');
  }
}

async function sizes(): Promise<void> {
  const files = readdirSync(join(dir, 'dist'), { recursive: true, encoding: 'utf8' }).map((text) =>
    join(dir, 'dist', text),
  );
  const unpacked = files
    .map((file) => statSync(file))
    .filter((stats) => stats.isFile())
    .reduce((sum, stats) => sum + stats.size, 0);
  const archive = execFileSync('tar', ['-czf', '-', '-C', dir, 'dist'], { maxBuffer: 2 ** 26 });
  const whole = await bundled(readFileSync(join(dir, 'dist/browser.js'), 'utf8'));
  const floor = await bundled(
    `export * from 'zod'; export { compactDecrypt, compactVerify, importJWK } from 'jose';
     export { sha256 } from '@noble/hashes/sha2.js'; export { p256 } from '@noble/curves/nist.js'; export { ed25519 } from '@noble/curves/ed25519.js';`,
  );
  print('size', 'kB', '× the floor', '', '');
  const rows = [
    ['what the SDK depends on, minified, gzip', floor, ''],
    ['the SDK for browsers with it, minified, gzip', whole, (whole / floor).toFixed(2)],
    ['the package, gzip', archive.length, ''],
    ['the package, unpacked', unpacked, ''],
  ] as const;
  for (const [name, bytes, ratio] of rows) print(`  ${name}`, (bytes / 1000).toFixed(0), ratio, '', '');
}

async function bundled(contents: string): Promise<number> {
  const { entryPoints: _, ...options } = browserOptions;
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: home, loader: 'js' },
    packages: 'bundle',
    minify: true,
    write: false,
  });
  return gzipSync(outputFiles?.[0]?.contents ?? new Uint8Array()).length;
}

/** A guess is an attempt to decrypt. */
async function passphrases(): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const passphrase = 'correct horse battery staple';
  const nodes = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();
  const ours = encryptPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }), passphrase);
  const open = (key: string) => () => createPrivateKey({ key, passphrase });
  await compare(
    'guess a passphrase',
    ['guess', 'guesses'],
    [
      { name: 'of a key file as Node writes one', units: 1, times: 20, run: open(nodes) },
      { name: 'of a key file of writ', units: 1, run: open(ours) },
    ],
    5,
  );
}
