import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CommandError, exitOf, UsageError as WrongUsage } from '#client/cli/errors.ts';
import { fileOptionsOf, readingFlags } from '#client/cli/ingest/options.ts';
import { sayHowToGoOn, screenOn } from '#client/cli/ingest/screen.ts';
import { type Destination, describe, ingest, type Job, streamStopped } from '#client/cli/ingest/send.ts';
import { SendError } from '#client/events.ts';
import { retentionSchema } from '#core/vault/retention.ts';
import { connect } from './cloud/cloud.ts';
import { countSealed, kinesisPut } from './feed.ts';
import { localFile, upStateDir } from './local.ts';
import { readWorld } from './world.ts';

const help = `npm run ingest -- FILE [options]

Feeds identity events to the local cloud that npm run up left running: a file in one of the formats of docs/inputs.md.
The whole file is read first: a malformed line of JSON stops it before anything is sent, and so does a line that cannot be
dated. What the stack would refuse for its time is counted and not sent.

Broken off, by Ctrl-C or otherwise, the same command goes on from where it was.

${Object.values(readingFlags)
  .map(([flag, what]) => `  ${flag.padEnd(18)} ${what}`)
  .join('\n')}
  --again            send a file that was sent before
  --json             print the result as JSON on standard output
  --help             this text

Ends with 0 when all is sent, 1 when it is not, 2 when it was called wrongly or the file cannot be read.
`;

class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        zone: { type: 'string' },
        year: { type: 'string' },
        'failed-too': { type: 'boolean', default: false },
        map: { type: 'string' },
        only: { type: 'string' },
        'skip-malformed': { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readJob(): { job: Job; json: boolean } | 'help' {
  const { values, positionals } = readArguments();
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('Missing: a file of events.');
  if (more.length > 0) throw new UsageError('One file at a time.');
  if (!existsSync(file)) throw new UsageError('Missing: that file.');
  const { 'failed-too': failedToo, 'skip-malformed': skipMalformed, again, json, help: _, ...flags } = values;
  const job = {
    ...fileOptionsOf({ ...flags, failedToo, skipMalformed }, new Date().toISOString()),
    file,
    again,
    journalDir: join(upStateDir, 'ingest'),
  };
  return { job, json };
}

/** The stack that `npm run up` deployed. */
async function localDestination(): Promise<Destination> {
  if (!existsSync(localFile)) throw new UsageError('Missing: a local cloud: npm run up starts it.');
  const { retentionMonths } = z
    .looseObject({ retentionMonths: retentionSchema.default({ phone: 12, access: 12 }) })
    .parse(JSON.parse(readFileSync(localFile, 'utf8')));
  const { aws, outputs } = await readWorld(connect(upStateDir), localFile);
  return {
    // Made by each deployment from nothing, unlike names.
    deployment: outputs.IndexKeyArn,
    retention: retentionMonths,
    put: kinesisPut(aws, outputs),
    countSealed: () => countSealed(aws, outputs),
  };
}

async function run({ job, json }: { job: Job; json: boolean }): Promise<void> {
  const to = await localDestination();
  sayHowToGoOn();
  const came = await ingest(job, to, screenOn(process.stderr));
  const { summary, ...rest } = came;
  const lines = json ? [JSON.stringify({ ...summary, ...rest })] : describe(came);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What a person is told, and the exit code. */
function told(error: unknown): [text: string, code: number] {
  if (error instanceof UsageError) return [`${error.message}\nSee npm run ingest -- --help`, 2];
  if (error instanceof WrongUsage) return [`${error.message}.\nSee npm run ingest -- --help`, 2];
  if (error instanceof SendError)
    return [`${streamStopped(error)}.\nThe same command goes on from there.`, 1];
  if (error instanceof CommandError) return [`${error.message}.\nNext: ${error.next ?? ''}`, exitOf(error)];
  return [String(error), 1];
}

if (import.meta.main) {
  try {
    const asked = readJob();
    if (asked === 'help') {
      process.stdout.write(help);
    } else {
      await run(asked);
    }
  } catch (error) {
    const [text, code] = told(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}
