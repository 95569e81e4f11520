import { styleText } from 'node:util';
import { Command } from 'commander';
import { type Finding, type FindingState, tally, tallyText } from '#client/health/finding.ts';
import { printable } from '#client/printable.ts';
import { forAws } from '../../aws.ts';
import { listening, portOf } from '../../bridge/listening.ts';
import { attempt, bad, exit, forPeople, good, printJson, say, UsageError } from '../../common.ts';
import { addressOf } from '../../connect.ts';
import { when } from '../../format.ts';
import { trust } from '../../outgoing.ts';
import { wrapped } from '../../request/sentences.ts';
import type { StackOptions } from '../invoke.ts';
import { healthReader, type Reading } from './reading.ts';
import { servePage } from './serving.ts';

/** `writ operate health`: is it well? It reads, and changes nothing. */
interface Options extends StackOptions {
  url?: string;
  ca?: string;
  page?: boolean;
  port?: string;
  timeout: string;
}

const examples = `
Examples:
  writ operate health                      what waits, is late or ends soon
  writ operate health --page               the same on a page in this machine’s
                                           browser, read anew every 30 seconds
  writ operate health --json | jq '.findings[] | select(.state == "act")'

It asks the function Health, which counts and can read nothing of what it
counts, and reads with your AWS credentials the stack and its alarms
(cloudformation:DescribeStacks, GetTemplate, ListStackResources;
lambda:InvokeFunction; cloudwatch:DescribeAlarms). Of the address it looks at
what anybody sees. Each line is ok, look (somebody should know), act (somebody
has to do something) or unread. The SDK is no part of writ: npm install
@aws-sdk/client-cloudformation @aws-sdk/client-cloudwatch @aws-sdk/client-lambda.

Exit codes: 0 nothing to act on, 1 something is, 2 usage, 3 nothing is, but not
everything could be read.
`;

export function healthCommand(): Command {
  return forAws(forPeople(new Command('health')))
    .description('say whether all is well: backlog, deadlines, alarms, keys, certificate, versions')
    .option('--stack <name>', 'the CloudFormation stack', 'Writ')
    .option('--url <url>', 'another address than the one that the stack names: https://host')
    .option('--ca <file>', 'a certificate authority to trust beside the system’s, PEM')
    .option('--page', 'show it on a page in this machine’s browser, until Ctrl-C')
    .option('--port <port>', 'the page’s port (default: a free one)')
    .option('--timeout <seconds>', 'how long one answer of the address is waited for', '10')
    .option('--json', 'the answer as JSON, errors too')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const seconds = Number(options.timeout);
  if (!(seconds > 0 && seconds <= 600)) throw new UsageError('--timeout takes seconds, at most 600');
  if (options.page !== true && options.port !== undefined) throw new UsageError('--port goes with --page');
  if (options.page === true && options.json === true) throw new UsageError('--page prints no JSON');
  const url = options.url === undefined ? undefined : addressOf(options.url);
  await trust(options.ca);
  const read = await healthReader({ ...options, url, timeoutMs: 1000 * seconds });
  if (options.page === true) return showPage(read, options);
  const reading = await read();
  if (options.json === true) printJson({ ...reading, tally: tally(reading.findings) });
  else process.stdout.write(readingText(reading));
  return exitCode(reading.findings);
}

export function exitCode(findings: readonly Finding[]): number {
  const { act, unread } = tally(findings);
  if (act > 0) return exit.wrong;
  return unread > 0 ? exit.unread : 0;
}

const colours: Record<FindingState, (text: string) => string> = {
  ok: good,
  act: bad,
  look: (text) => styleText('yellow', text, { stream: process.stdout }),
  unread: (text) => styleText('yellow', text, { stream: process.stdout }),
};

/** A finding in lines of 80 columns: what it means, what to do, and where the guide says more. */
export function findingText({ name, state, message, next, runbook }: Finding): string {
  const mark = state.padEnd(8);
  const [first = '', ...more] = wrapped(printable(`${name}: ${message}`), mark);
  const lines = [`${colours[state](mark)}${first.slice(mark.length)}`, ...more];
  if (state === 'ok') return `${lines.join('\n')}\n`;
  if (next !== undefined) lines.push(...wrapped(printable(`next: ${next}`), ' '.repeat(mark.length)));
  lines.push(`${' '.repeat(mark.length)}${runbook}`);
  return `${lines.join('\n')}\n`;
}

export function readingText({ findings, at }: Reading): string {
  return `${findings.map(findingText).join('')}\n${tallyText(findings)}, as of ${when(at)}.\n`;
}

async function showPage(read: () => Promise<Reading>, { stack, port }: Options): Promise<number> {
  const given = port === undefined ? undefined : portOf(port);
  const page = await listening(() => servePage({ read, stack, tell: say, port: given }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, page.close);
  say(
    'Open this in a browser of this machine. Whoever has the link sees the page, so keep it to yourself. Ctrl-C ends it.',
  );
  process.stdout.write(`${page.link}\n`);
  await page.ended;
  return 0;
}
