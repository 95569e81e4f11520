import { spawn } from 'node:child_process';
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { packCommand } from './pack.ts';
import { localJson, makeWorld } from './world.ts';

const help = `npm test                    everything: types, lint, all tests, on one shared local cloud
npm run test:unit           what needs no cloud
npm run test:integration    the tests on the running stack (set WRIT_ENDPOINT for a LocalStack-compatible endpoint
                            that runs already: what it does not enforce is skipped, by name)

Arguments after -- go to node's test runner: npm test -- --test-name-pattern='^I4'
`;

const onCloud = ['test/integration/**/*.test.ts', 'test/invariants/**/*.test.ts'];

const [given, ...rest] = process.argv.slice(2);
const kinds = ['all', 'unit', 'integration'];
const kind = given !== undefined && kinds.includes(given) ? given : 'all';
const passed = given !== undefined && kinds.includes(given) ? rest : process.argv.slice(2);

if (passed.includes('--help')) {
  process.stdout.write(help);
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  if (kind === 'all') {
    for (const [title, command] of [
      ['types', ['typescript/bin/tsc']],
      ['lint and format', ['@biomejs/biome/bin/biome', 'check', '.']],
    ] as const) {
      console.log(`test: ${title}`);
      const code = await node([join(home, 'node_modules', command[0]), ...command.slice(1)]);
      if (code !== 0) return code;
    }
  }
  // Tests run the command a few hundred times: as it is packed, it begins in a third of the time.
  const WRIT_CLI = await packCommand(join(home, '.writ/command'));
  if (kind === 'unit') return run(filesOf('unit'), { WRIT_CLI });

  const endpoint = process.env.WRIT_ENDPOINT;
  const stateDir = join(home, '.writ', endpoint === undefined ? 'test' : 'test-endpoint');
  console.log(
    `test: starting ${endpoint === undefined ? 'the local cloud' : 'the front door'} and deploying`,
  );
  const say = (line: string) => console.log(`test: ${line}`);
  const cloud = await startCloud({ stateDir, endpoint, say });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => cloud.stop().finally(() => process.exit(1)));
  }
  try {
    const world = await makeWorld(cloud, { say });
    writeFileSync(join(stateDir, 'local.json'), JSON.stringify(await localJson(world)), { mode: 0o600 });
    return await run(filesOf(kind), { WRIT_STATE: stateDir, WRIT_CLI });
  } finally {
    await cloud.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function filesOf(which: string): string[] {
  const cloudy = globSync(onCloud, { cwd: home });
  const all = globSync('test/**/*.test.ts', { cwd: home });
  if (which === 'integration') return cloudy.sort();
  return all.filter((file) => which === 'all' || !cloudy.includes(file)).sort();
}

function run(files: string[], env: Record<string, string>): Promise<number> {
  // Tests wait for the cloud more than they compute, so one more than there are cores.
  const concurrency = availableParallelism() + 1;
  return node(
    ['--test', `--test-concurrency=${concurrency}`, '--test-timeout=180000', ...passed, ...files],
    env,
  );
}

function node(args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: home,
    stdio: 'inherit',
    // A file of tests is a process, and many start more: what one has compiled, the others need not.
    env: { NODE_COMPILE_CACHE: join(home, 'node_modules/.cache/compiled'), ...process.env, ...env },
  });
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}
