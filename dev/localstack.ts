import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { home } from './cloud/emulator.ts';
import { startLocalStack } from './localstack/start.ts';
import { teller } from './teller.ts';

const help = `npm run localstack [-- --port PORT]

Starts the open release of LocalStack on this machine, without Docker, and says what to set so that Writ's tests, or npm run
up, use it (docs/localstack.md). It answers on 127.0.0.1 alone. Ctrl-C ends it; nothing it held is kept.

  --port PORT   where to listen; a free port if it is not given
`;

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, port: { type: 'string' } },
});
if (values.help) {
  process.stdout.write(help);
} else {
  const tell = teller(process.stdout);
  tell.chapter('LocalStack');
  try {
    const stateDir = join(home, '.writ/localstack');
    const running = await startLocalStack({ stateDir, port: portOf(values.port) });
    tell.fact(`${running.version} answers at ${running.endpoint}`);
    tell.detail(`WRIT_ENDPOINT=${running.endpoint} npm run test:integration`);
    tell.detail(`What it does is written to ${running.logFile.slice(home.length + 1)}. Ctrl-C ends it`);
    const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const lost = await Promise.race([asked.then(() => undefined), running.lost]);
    await running.stop();
    if (lost !== undefined) throw new Error(`LocalStack is gone: ${lost}`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error('--port takes a number from 1 to 65535.');
  return port;
}
