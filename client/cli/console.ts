import { Command } from 'commander';
import {
  type ConsoleVerdict,
  consoleInLog,
  consoleVerdict,
  type RecordedConsole,
  type ServedConsole,
  type ServedFile,
  servedConsole,
} from '#client/console-digest.ts';
import { addressOf } from '#client/log/log.ts';
import { findBytes } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { type PageName, pageNames, pages } from '#core/wire/console.ts';
import {
  attempt,
  bad,
  exit,
  forLog,
  forPeople,
  good,
  type LogOptions,
  printJson,
  UsageError,
} from './common.ts';
import { CommandError } from './errors.ts';
import { when } from './format.ts';
import { logOf, openMeant } from './opened-log.ts';

/** `writ console`: about the pages that a provider serves to browsers. */
interface VerifyOptions extends Omit<LogOptions, 'dir'> {
  json?: boolean;
  page?: string;
}

export function consoleCommand(): Command {
  return forPeople(new Command('console'))
    .description('check the pages that a provider serves to browsers')
    .addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return forLog(new Command('verify'), { copies: false })
    .description('fetch a page, and compare it with what the log says is deployed')
    .option('--page <page>', `which one: ${pageNames.join(', ')}`, 'desk')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  writ console verify                          of the provider that your profile knows, by the key that it keeps
  writ console verify --page portal            the page for officers
  writ console verify --url https://disclosure.example/v1 --key @log.vkey --json

Run it from the machine and network where you open the console: a provider may serve another page elsewhere.

Exit codes: 0 what is served is what the log says, 1 it is not, 2 usage, 3 the page or the log cannot be read.
`,
    )
    .action(async (options: VerifyOptions) => {
      process.exitCode = await attempt(() => verify(options), options);
    });
}

async function verify(options: VerifyOptions): Promise<number> {
  const log = await openMeant(await logOf(options));
  const { url } = log;
  if (url === undefined) throw new UsageError('give --url: the address of the API');
  const page = pageOf(options.page);
  const served = await servedConsole((route) => findBytes(url, route), page);
  if (served === undefined)
    throw new CommandError('console-missing', 'the provider serves no such page', 'is --url right?');
  const recorded = await consoleInLog(log, page);
  const verdict = consoleVerdict(served, recorded);
  const address = addressOf(url, pages[page].path.slice(1));
  if (options.json === true) {
    const files = served.files.map(({ name, digest, holds }) => ({ name, digest, holds }));
    const { digest, missing } = served;
    printJson({ verdict, address, digest, files, missing, recorded, keyFrom: log.keyFrom });
  } else process.stdout.write(`${verdictText(verdict, { address, served, recorded })}\n`);
  return exitOf[verdict];
}

function pageOf(given: string | undefined): PageName {
  const page = pageNames.find((name) => name === given);
  if (page === undefined) throw new UsageError(`--page is one of ${pageNames.join(', ')}`);
  return page;
}

const exitOf: Record<ConsoleVerdict, number> = {
  recorded: 0,
  changed: exit.wrong,
  unrecorded: exit.wrong,
  unknown: exit.unread,
};

interface Compared {
  address: string;
  served: ServedConsole;
  recorded: RecordedConsole | undefined;
}

function verdictText(verdict: ConsoleVerdict, { address, served, recorded }: Compared): string {
  const made = recorded === undefined ? '' : `the deployment of ${when(recorded.at)}`;
  const lines = [
    printable(address),
    ...served.files.map((file) => `  ${fileText(file)}`),
    ...served.missing.map((name) => bad(`  ${printable(name)}: the page loads it, and it is not served`)),
    `  all of it: ${served.digest}`,
  ];
  switch (verdict) {
    case 'recorded':
      return [...lines, good(`What is served is what the log says of ${made}.`)].join('\n');
    case 'changed':
      return [
        ...lines,
        ...(recorded?.digest === undefined ? [] : [`  in the log: ${recorded.digest}`]),
        bad(`What is served is not what the log says${made === '' ? '' : ` of ${made}`}.`),
        `Sign nothing in it, and tell the operator. If they are deploying at this moment, try again in five minutes. Meanwhile
\`writ review\` does the same without a browser.`,
      ].join('\n');
    case 'unrecorded':
      return [
        ...lines,
        bad(`A page is served, and the log says of ${made} that it has none.`),
        'Sign nothing in it, and ask the operator which version is deployed.',
      ].join('\n');
    case 'unknown':
      return [
        ...lines,
        'It was compared with nothing: the newest 51,200 entries of the log have no deployment. `writ log verify` reads all of it.',
      ].join('\n');
  }
}

function fileText({ name, digest, holds }: ServedFile): string {
  const text = `${printable(name)}: ${digest}`;
  return holds === false ? bad(`${text}, which is not what the page says of it`) : text;
}
