import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { consoleRoutes } from '#core/wire/console.ts';
import { startDaemon, stopDaemon } from './cloud/daemon.ts';
import { home } from './cloud/emulator.ts';
import { localConfigDir, localFile, upStateDir } from './local.ts';
import { writeProfiles } from './profiles.ts';
import { teller } from './teller.ts';
import { localJson, makeWorld, renewWorld } from './world.ts';

const help = `npm run up

Starts the local cloud, deploys Writ, enrols an agency and three reviewers, leaves it all running, and writes
.writ/local.json: everything that a client in any language needs, and profiles for writ. npm run down stops it.

Set WRIT_ENDPOINT to use a LocalStack-compatible endpoint that runs already.
`;

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stdout.write(help);
} else {
  const tell = teller(process.stdout);
  tell.chapter('The local cloud');
  const cloud = await startDaemon({ stateDir: upStateDir, endpoint: process.env.WRIT_ENDPOINT });
  try {
    if (!cloud.can.includes('ours')) {
      tell.fact(`${cloud.product} at ${cloud.endpoint}, account ${cloud.accountId}, ${cloud.region}`);
    }
    const again = cloud.wasRunning && existsSync(localFile);
    if (again) tell.fact('It runs already; deploying what has changed');
    const options = { say: (line: string) => tell.detail(line) };
    const world = again ? await renewWorld(cloud, localFile, options) : await makeWorld(cloud, options);
    const written = `${localFile}.new`;
    writeFileSync(written, `${JSON.stringify(await localJson(world), null, 2)}\n`, { mode: 0o600 });
    renameSync(written, localFile);
    await writeProfiles(localConfigDir, world);
    tell.fact(`Writ answers at ${cloud.url}/v1`);
    tell.fact(`The console, in a browser: ${cloud.url}/v1${consoleRoutes.showConsole.path}`);
    tell.fact(`How to reach it, with keys: ${localFile.slice(home.length + 1)}`);
    tell.fact('And for writ: profiles agency, reviewer-1, reviewer-2, reviewer-3');
    tell.detail('export XDG_CONFIG_HOME=$PWD/.writ/config; npx writ request new --profile agency');
    tell.detail('npm run ingest -- FILE feeds it, npm run down stops it');
  } catch (error) {
    rmSync(localFile, { force: true });
    await stopDaemon(upStateDir);
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
