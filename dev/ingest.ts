import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EventFileError } from '#core/events/file.ts';
import { connect } from './cloud/cloud.ts';
import { countSealed, describeFile, fileRefusal, readEventFile, sendEvents, until } from './feed.ts';
import { localFile, upStateDir } from './local.ts';
import { readWorld } from './world.ts';

const help = `npm run ingest -- FILE [--year YEAR] [--json]

Feeds identity events to the local cloud that npm run up left running: JSON lines as in docs/events.md, or an sshd
auth log. The whole file is read first: a malformed JSON line stops it before anything is sent.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    year: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});
const [file] = positionals;

if (values.help) {
  process.stdout.write(help);
} else if (file === undefined || !existsSync(file) || !existsSync(localFile)) {
  const missing =
    file === undefined
      ? 'a file of events'
      : existsSync(file)
        ? 'a local cloud: npm run up starts it'
        : 'that file';
  process.stderr.write(`Missing: ${missing}.\n${help}`);
  process.exitCode = 2;
} else {
  try {
    await ingest(file);
  } catch (error) {
    const said = error instanceof EventFileError ? fileRefusal(file, error) : String(error);
    process.stderr.write(`${said}\n`);
    process.exitCode = 1;
  }
}

async function ingest(path: string): Promise<void> {
  const read = await readEventFile(path, values.year === undefined ? undefined : Number(values.year));
  const { aws, outputs } = await readWorld(connect(upStateDir), localFile);
  const before = await countSealed(aws, outputs);
  const total = read.events.length;
  await sendEvents(aws, outputs, read.events, (sent) => progress('sent', sent, total));
  let sealed = 0;
  // What is refused at sealing (in the future, past retention) never gets there: stop when nothing moves any more.
  for (let still = 0; sealed < total && still < 3; ) {
    const reached = await until(
      'more is sealed',
      async () => {
        const now = (await countSealed(aws, outputs)) - before;
        return now > sealed && now;
      },
      5_000,
    ).catch(() => sealed);
    still = reached > sealed ? 0 : still + 1;
    sealed = reached;
    progress('sealed', sealed, total);
  }
  const refused = total - sealed;
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ events: total, sealed, refused, skipped: read.summary.skipped })}\n`,
    );
    return;
  }
  for (const line of describeFile(read)) process.stdout.write(`${line}\n`);
  process.stdout.write(`${sealed} sealed\n`);
  if (refused > 0)
    process.stdout.write(`${refused} not sealed: in the future, past retention, or sealed before\n`);
}

function progress(what: string, done: number, total: number): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r${what} ${done} of ${total}   ${done === total ? '\n' : ''}`);
}
