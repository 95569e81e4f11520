/**
 * `npm run mutants`: whether the tests would notice if the code of core were wrong.
 *
 * Stryker changes the code in one place at a time and runs the tests that reach it. A change that no test notices is a
 * survivor; docs/mutants.md says of each why it may live. Its packages have a lock file of their own (dev/mutants) and
 * are installed into .writ, because nothing else needs them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { home } from './cloud/emulator.ts';
import { type MutantFolder, mutantFolders } from './mutants/folders.ts';

const work = join(home, '.writ/mutants');
const folders = mutantFolders(home);
const needed = ['core', 'client', 'functions', 'lib', 'dev', 'test', 'policy', 'docs', 'package.json'];

const help = `npm run mutants -- [--concurrency N] [FOLDER or FILE ...]

Changes a folder of core, or files of it (core/signature/profile.ts, or profile), in one place at a time, and runs the
tests that reach it. What no test notices is listed at the end, and in .writ/mutants/<folder>.html; docs/mutants.md says
of what is known why it may live. Without a name it goes through all of core, folder by folder, which takes hours. The
first time it installs Stryker into .writ/mutants.

  --concurrency N   how many at once (default 1)
  --list            the folders, with how many files each has and how many files of tests judge them

npm run mutants -- core/registry
`;

interface Job {
  folder: MutantFolder;
  files: readonly string[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});
const concurrency = Number(values.concurrency);
const named = positionals.map((name) => ({ name, jobs: jobsOf(name) }));
const unknown = named.filter(({ jobs }) => jobs.length === 0).map(({ name }) => name);

if (values.help) process.stdout.write(help);
else if (values.list) {
  for (const { name, files, tests } of folders)
    console.log(`${name.padEnd(18)} ${files.length} files, judged by ${tests.length} files of tests`);
} else if (unknown.length > 0 || !Number.isSafeInteger(concurrency) || concurrency < 1) {
  console.error(
    `mutants: ${unknown.length > 0 ? `there is no ${unknown.join(', no ')}` : '--concurrency takes a positive number'}.\n` +
      `There are the folders ${folders.map(({ name }) => name).join(', ')}, and the files in them.\n` +
      'See npm run mutants -- --help',
  );
  process.exitCode = 2;
} else {
  const jobs = positionals.length > 0 ? named.flatMap((each) => each.jobs) : folders.map(wholly);
  process.exitCode = (await install()) || (await all(jobs));
}

/** What a name on the command line means: a folder, or a file by its path or its name alone. */
function jobsOf(name: string): Job[] {
  const path = name.replace(/\/$/, '');
  const folder = folders.find((each) => each.name === path);
  if (folder !== undefined) return [wholly(folder)];
  return folders.flatMap((each) => {
    const files = each.files.filter((file) => file === path || file.endsWith(`/${path}.ts`));
    return files.length > 0 ? [{ folder: each, files }] : [];
  });
}

function wholly(folder: MutantFolder): Job {
  return { folder, files: folder.files };
}

/** One after the other; each has tests of its own. @returns the first exit code that is not 0 */
async function all(jobs: readonly Job[]): Promise<number> {
  let worst = 0;
  for (const job of jobs) worst ||= await stryker(job);
  return worst;
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

function stryker({ folder, files: mutate }: Job): Promise<number> {
  console.log(`mutants: ${mutate.join(', ')}, ${concurrency} at a time`);
  const report = join('.writ/mutants', folder.name.replace('/', '-'));
  const config = {
    mutate,
    concurrency,
    testRunner: 'tap',
    tap: { testFiles: folder.tests, nodeArgs: ['-r', '{{hookFile}}', '--test-reporter=tap', '{{testFile}}'] },
    // Its copy of the project: what tests of core need.
    ignorePatterns: readdirSync(home)
      .filter((name) => !needed.includes(name))
      .map((name) => `/${name}`),
    disableTypeChecks: false,
    tempDirName: '.writ/mutants/copy',
    cleanTempDir: 'always',
    reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
    clearTextReporter: { logTests: false, allowColor: process.stdout.isTTY === true },
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
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
