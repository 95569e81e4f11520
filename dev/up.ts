import { parseArgs } from 'node:util';
import { consoleRoutes } from '#core/wire/console.ts';
import { bringUp } from './bring-up.ts';
import { home } from './cloud/emulator.ts';
import { localFile } from './local.ts';
import { teller } from './teller.ts';

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
  try {
    const { cloud } = await bringUp(tell);
    tell.fact(`Writ answers at ${cloud.url}/v1`);
    tell.fact(`The console, in a browser: ${cloud.url}/v1${consoleRoutes.showConsole.path}`);
    tell.fact(`How to reach it, with keys: ${localFile.slice(home.length + 1)}`);
    tell.fact('And for writ: profiles agency, reviewer-1, reviewer-2, reviewer-3');
    tell.detail('export XDG_CONFIG_HOME=$PWD/.writ/config; npx writ request new --profile agency');
    tell.detail('npm run console opens the desk in the browser');
    tell.detail('npm run ingest -- FILE feeds it, npm run down stops it');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
