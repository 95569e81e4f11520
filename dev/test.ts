import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { packCommand } from './pack.ts';
import { batched } from './testing/batches.ts';
import { inOrder } from './testing/order.ts';
import { patternsIn, selectFiles } from './testing/selection.ts';
import { sharedCloud } from './testing/shared.ts';
import { localJson, makeWorld } from './world.ts';

const help = `npm test                    everything: types, lint, all tests, on one shared local cloud
npm run test:unit           what needs no cloud
npm run test:integration    the tests on the running stack (set WRIT_ENDPOINT for a LocalStack-compatible endpoint
                            that runs already: what it lacks is skipped, by name)

Arguments after -- go to node's test runner: npm test -- --test-name-pattern='^I4'
With a name pattern, only tests are run, and the local cloud is started only if one of them needs it.
`;

const onCloud = ['test/integration/**/*.test.ts', 'test/invariants/**/*.test.ts'];
const kinds = ['all', 'unit', 'integration'];

const checks = [
  ['types', 'typescript/bin/tsc'],
  ['types of the console', 'typescript/bin/tsc', '-p', 'console'],
  ['lint and format', '@biomejs/biome/bin/biome', 'check', '.'],
  ['promises', 'oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
] as const;

// A file of tests is a process, and many start more: what one has compiled, the others need not.
process.env.NODE_COMPILE_CACHE ??= join(home, 'node_modules/.cache/compiled');

const [given, ...rest] = process.argv.slice(2);
const kind = given !== undefined && kinds.includes(given) ? given : 'all';
const passed = given !== undefined && kinds.includes(given) ? rest : process.argv.slice(2);

if (passed.includes('--help')) {
  process.stdout.write(help);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const patterns = patternsIn(passed);
  const files = selectFiles(home, filesOf(kind), patterns);
  if (files.length === 0) {
    console.log(`test: no test has a name that matches ${patterns.join(' or ')}`);
    return 0;
  }
  const isWhole = patterns.length === 0;
  // Tests run the command a few hundred times: packed into a few files, it begins in a fraction of the time.
  const command = process.env.WRIT_CLI ?? packCommand(join(home, '.writ/command'));
  // Within another run, its cloud and its command are there.
  if (kind === 'unit' || process.env.WRIT_STATE) return run(files, { WRIT_CLI: await command });

  const endpoint = process.env.WRIT_ENDPOINT;
  const stateDir = join(home, '.writ', endpoint === undefined ? 'test' : 'test-endpoint');
  const shared = sharing(stateDir, endpoint);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ended.abort();
      void shared.stop().finally(() => process.exit(1));
    });
  }
  try {
    const areMade = environments();
    if (isWhole) void areMade.then(() => shared.start());
    if (kind === 'all' && isWhole && !(await hold())) return 1;
    await areMade;
    const asking = setInterval(() => shared.isWanted() && shared.start(), 100);
    try {
      const tests = run(files, { WRIT_STATE: stateDir, WRIT_CLI: await command }, ended.signal);
      // Without a cloud there is nothing to test on: no need to hear it from every file.
      const code = await Promise.race([tests, shared.failure]);
      if (typeof code === 'number') return code;
      console.error(code);
      ended.abort();
      return 1;
    } finally {
      clearInterval(asking);
    }
  } finally {
    await shared.stop();
  }
}

/** Waits for what the set-up still makes, where it made the suite begin before that. */
async function environments(): Promise<void> {
  if (!process.connected) return;
  await once(process, 'message');
  process.disconnect();
}

/** Types and lint, side by side. @returns whether all hold */
async function hold(): Promise<boolean> {
  const codes = await Promise.all(
    checks.map(async ([title, program, ...args]) => {
      const { code, output } = await quietly([join(home, 'node_modules', program), ...args]);
      console.log(`test: ${title}${code === 0 ? '' : ' does not hold'}`);
      if (code !== 0) process.stdout.write(output);
      return code;
    }),
  );
  return codes.every((code) => code === 0);
}

/** The cloud of this run: started at most once, when somebody says so. */
function sharing(stateDir: string, endpoint: string | undefined) {
  const state = sharedCloud(stateDir);
  const say = (line: string) => console.log(`test: ${line}`);
  const failure = Promise.withResolvers<unknown>();
  let cloud: Promise<Cloud> | undefined;
  const deployed = async () => {
    say(`starting ${endpoint === undefined ? 'the local cloud' : 'the front door'} and deploying`);
    cloud = startCloud({ stateDir, endpoint, say });
    state.ready(await localJson(await makeWorld(await cloud, { say })));
  };
  let isStarted = false;
  return {
    isWanted: state.isWanted,
    failure: failure.promise,
    start() {
      if (isStarted) return;
      isStarted = true;
      deployed().catch((error: unknown) => {
        state.failed(String(error));
        failure.resolve(error);
      });
    },
    async stop() {
      const running = await cloud?.catch(() => undefined);
      await running?.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

function filesOf(which: string): string[] {
  const cloudy = globSync(onCloud, { cwd: home });
  const all = globSync('test/**/*.test.ts', { cwd: home });
  const chosen =
    which === 'integration' ? cloudy : all.filter((file) => which === 'all' || !cloudy.includes(file));
  return inOrder(chosen, (file) => cloudy.includes(file));
}

function run(files: string[], env: Record<string, string>, signal?: AbortSignal): Promise<number> {
  // Tests wait for the cloud more than they compute, so two more than there are cores.
  const concurrency = availableParallelism() + 2;
  const reporter = passed.some((arg) => arg.startsWith('--test-reporter'))
    ? []
    : [`--test-reporter=${pathToFileURL(join(home, 'dev/testing/reporter.ts'))}`];
  const args = [
    `--import=${pathToFileURL(join(home, 'dev/testing/unfollowed.ts'))}`,
    ...['--test', `--test-concurrency=${concurrency}`, '--test-timeout=300000', ...reporter],
  ];
  const started = batched(home, join(home, '.writ/batches'), files);
  const child = spawn(process.execPath, [...args, ...passed, ...started], {
    cwd: home,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise((done) => {
    child.once('error', () => done(1));
    child.once('exit', (code) => done(code ?? 1));
  });
}

/** Runs one of our programs; what it prints is for when it fails. */
function quietly(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ code: code ?? 1, output })));
}
