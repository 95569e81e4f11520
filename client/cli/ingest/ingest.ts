import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { SendError } from '#client/events.ts';
import { printable } from '#client/printable.ts';
import { forEachName } from '#core/exhaustive.ts';
import { kinds } from '#core/vault/kinds.ts';
import { type Retention, retentionSchema } from '#core/vault/retention.ts';
import { type AwsOptions, forAws } from '../aws.ts';
import { attempt, forPeople, printJson, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { stateDir } from '../profile/profile.ts';
import { ownStream } from './kinesis.ts';
import { fileOptionsOf, type ReadingFlags, readingFlags } from './options.ts';
import { sayHowToGoOn, screenOn } from './screen.ts';
import { type Destination, describe, ingest, type Job, streamStopped } from './send.ts';

/** `writ ingest`: sends a file of identity events, for the provider's backend. */
interface Options extends AwsOptions, ReadingFlags {
  stream: string;
  retention?: string;
  again?: boolean;
  json?: boolean;
}

const examples = `
Examples:
  writ ingest events.jsonl --stream Writ-EventStream-1A2B3C
  writ ingest /var/log/auth.log --stream Writ-EventStream-1A2B3C --region eu-central-1 --zone Europe/Berlin
  writ ingest events.jsonl --stream Writ-EventStream-1A2B3C --skip-malformed --json

FILE is in one of the formats of docs/inputs.md: JSON lines, an sshd auth log, journalctl -o json. It may be gzip. It is
read whole first: a malformed line of JSON stops it before anything is sent, and so does a line that cannot be dated. What
the stack would refuse for its form is not sent, but counted; what it would refuse for its time, as far as --retention says
what is kept. A try that failed is no log-in, and is left out without --failed-too.

The stream is the stack's output EventStreamName. Credentials are those that the AWS SDK finds; they need
kinesis:PutRecords on the stream and kms:GenerateDataKey on its key. The SDK is no part of writ: npm install
@aws-sdk/client-kinesis (and @aws-sdk/client-kms for --endpoint).

Broken off, by Ctrl-C or otherwise, the same command goes on from where it was. How far it was is remembered in
$XDG_STATE_HOME/writ/ingest (or ~/.local/state/writ/ingest): counts, and nothing of the file.

Exit codes: 0 all is sent, 2 usage or a malformed file, 3 the stream did not take all of it, 130 broken off.
`;

export function ingestCommand(): Command {
  return forAws(forPeople(new Command('ingest')))
    .description('feed a file of identity events to a deployment’s stream')
    .argument('<file>', 'JSON lines, or a log as docs/inputs.md has them')
    .requiredOption('--stream <name>', 'the stack’s stream of events: its output EventStreamName')
    .option(...readingFlags.format)
    .option(...readingFlags.zone)
    .option(...readingFlags.year)
    .option(...readingFlags.failedToo)
    .option(...readingFlags.map)
    .option(...readingFlags.only)
    .option(...readingFlags.skipMalformed)
    .option('--retention <months>', 'how long the deployment keeps records: 12, or phone=12,access=6')
    .option('--again', 'send a file that was sent before')
    .option('--json', 'what came of it as JSON, errors too')
    .addHelpText('after', examples)
    .action(async (file: string, options: Options) => {
      process.exitCode = await attempt(() => run(file, options), options);
    });
}

async function run(file: string, options: Options): Promise<number> {
  const { stream, endpoint = '' } = options;
  const reading = fileOptionsOf(options, new Date().toISOString());
  const retention = retentionOf(options.retention);
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) throw new CommandError('file-unreadable', `${printable(file)} is no file that can be read`);
  const { put, region } = await ownStream(stream, options);
  const job: Job = {
    ...reading,
    file,
    again: options.again === true,
    journalDir: join(stateDir(), 'ingest'),
  };
  sayHowToGoOn();
  // CloudFormation gives each stream a new name.
  const to: Destination = { deployment: `${region} ${endpoint} ${stream}`, retention, put };
  const came = await ingest(job, to, screenOn(process.stderr, { tenths: false })).catch((error: unknown) => {
    throw foreseen(error);
  });
  const { summary, ...rest } = came;
  if (options.json === true) printJson({ ...summary, ...rest });
  else process.stdout.write(`${describe(came).join('\n')}\n`);
  return 0;
}

/** The longest that any deployment can keep: what is older is refused everywhere. */
const LONGEST: Retention = forEachName(kinds, () => 600);

function retentionOf(given: string | undefined): Retention {
  if (given === undefined) return LONGEST;
  const both = /^(\d{1,3})$/.exec(given);
  const each = /^phone=(\d{1,3}),access=(\d{1,3})$/.exec(given);
  const parsed = retentionSchema.safeParse({
    phone: Number(both?.[1] ?? each?.[1]),
    access: Number(both?.[1] ?? each?.[2]),
  });
  if (!parsed.success) throw new UsageError('--retention takes months: 12, or phone=12,access=6');
  return parsed.data;
}

/** What to do when AWS refuses. */
const credentials = 'give credentials as the AWS SDK finds them: AWS_PROFILE, or a role of this machine';
const afterStop: Record<string, string> = {
  AccessDeniedException:
    'these credentials need kinesis:PutRecords on the stream and kms:GenerateDataKey on its key',
  CredentialsProviderError: credentials,
  ExpiredTokenException: credentials,
  InvalidClientTokenId: credentials,
  ResourceNotFoundException:
    'is --stream the stack’s output EventStreamName, and --region where the stack is?',
  UnrecognizedClientException: credentials,
};

function foreseen(error: unknown): unknown {
  if (error instanceof SendError)
    return new CommandError(
      'not-sent',
      printable(streamStopped(error)),
      afterStop[error.cause instanceof Error ? error.cause.name : ''] ??
        'the same command goes on from there',
      { cause: error },
    );
  return error;
}
