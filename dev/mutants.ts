/**
 * `npm run mutants`: whether the tests would notice if the door's code were wrong.
 *
 * Stryker changes the code in one place at a time and runs the tests that reach it. A change that no test notices is a
 * survivor; docs/mutants.md says of each why it may live. Its packages have a lock file of their own (dev/mutants) and
 * are installed into .writ, because nothing else needs them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { home } from './cloud/emulator.ts';

const work = join(home, '.writ/mutants');
const all = [...globSync('core/signature/*.ts', { cwd: home }).sort(), 'core/bytes.ts'];
// Left out: the fuzzer's test and that of mutated messages, which take seconds (what they alone notice should have a
// test of its own), and the test of imports, which reads the source that Stryker has rewritten.
const tests = globSync(
  [
    'test/core/signature/*.test.ts',
    'test/core/bytes.test.ts',
    'test/conformance/{structured-fields,wycheproof}.test.ts',
  ],
  { cwd: home },
).filter((file) => !/[\\/](?:mutations|imports)\.test\.ts$/.test(file));

const help = `npm run mutants -- [--concurrency N] [FILE ...]

Changes core/signature and core/bytes.ts, or the files named (core/signature/profile.ts, or profile), in one place at a
time, and runs the tests that reach it. What no test notices is listed at the end, and in .writ/mutants/report.html.
It takes minutes a file. The first time it installs Stryker into .writ/mutants.

  --concurrency N   how many at once (default 1)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h' } },
});
const concurrency = Number(values.concurrency);
const chosen = positionals.map((name) => all.find((file) => file === name || file.endsWith(`/${name}.ts`)));

if (values.help) process.stdout.write(help);
else if (chosen.includes(undefined) || !Number.isSafeInteger(concurrency) || concurrency < 1) {
  console.error(`mutants: there are ${all.join(', ')}; --concurrency takes a positive number`);
  process.exitCode = 2;
} else {
  process.exitCode =
    (await install()) ||
    (await stryker(positionals.length > 0 ? chosen.filter((text) => text !== undefined) : all));
}

/** Stryker's packages, exactly as locked. */
async function install(): Promise<number> {
  const files = ['package.json', 'package-lock.json'];
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(join(home, 'dev/mutants', file)));
  const wanted = digest.digest('hex');
  const stamp = join(work, 'node_modules/.writ-stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 0;
  console.log('mutants: installing Stryker into .writ/mutants');
  mkdirSync(work, { recursive: true });
  for (const file of files) copyFileSync(join(home, 'dev/mutants', file), join(work, file));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const code = await run(work, npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
  if (code === 0) writeFileSync(stamp, wanted);
  return code;
}

function stryker(mutate: string[]): Promise<number> {
  console.log(`mutants: ${mutate.join(', ')}, ${concurrency} at a time`);
  const config = {
    mutate,
    concurrency,
    testRunner: 'tap',
    tap: { testFiles: tests, nodeArgs: ['-r', '{{hookFile}}', '--test-reporter=tap', '{{testFile}}'] },
    // Its copy of the project: what the tests above need.
    ignorePatterns: readdirSync(home)
      .filter((name) => !['core', 'test', 'package.json'].includes(name))
      .map((name) => `/${name}`),
    disableTypeChecks: false,
    tempDirName: '.writ/mutants/copy',
    cleanTempDir: 'always',
    reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
    clearTextReporter: { logTests: false, allowColor: process.stdout.isTTY === true },
    htmlReporter: { fileName: '.writ/mutants/report.html' },
    jsonReporter: { fileName: '.writ/mutants/report.json' },
  };
  const file = join(work, 'stryker.config.json');
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  return run(
    home,
    process.execPath,
    join(work, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    'run',
    file,
  );
}

/** Runs a program; whatever it runs as `node` is the one that runs here. */
function run(cwd: string, program: string, ...args: string[]): Promise<number> {
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
  const child = spawn(program, args, { cwd, env, stdio: 'inherit', shell: program.endsWith('.cmd') });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => done(code ?? 1));
  });
}
