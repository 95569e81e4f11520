import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { awsAccount } from '#client/cli/operate/remove/account.ts';
import { isLive } from '#client/cli/operate/remove/removal.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { openAccount, ProfileError } from './smoke/account.ts';
import { limitMinutes, statement } from './smoke/budget.ts';
import { reportText, showReport } from './smoke/report.ts';
import { forget, run } from './smoke/run.ts';
import { type Teller, teller } from './teller.ts';

const help = `npm run smoke -- --profile NAME | --local

Deploys a throw-away stack, runs a disclosure on it, asks the cloud what Writ takes for granted about AWS, and removes the
stack. It says first what it makes and what that costs, and asks.

  --profile NAME   a profile of the AWS configuration; credentials in the environment are never used
  --region REGION  the region (default: the profile's)
  --stack NAME     the stack's name (default: WritSmoke); there must be none of it
  --yes            agree to the cost, where nobody is here to be asked
  --local          on the local cloud, at no cost
  --write          put the report into docs/aws.md
  --help           this text

It ends with 0 if everything is as Writ assumes, or cannot be answered on the local cloud; otherwise with 1.
`;

class UsageError extends Error {}

interface Options {
  profile?: string;
  region?: string;
  stack: string;
  yes: boolean;
  local: boolean;
  write: boolean;
}

async function main(): Promise<void> {
  const options = readOptions();
  const tell = teller(process.stdout);
  const stateDir = join(home, '.writ/smoke');
  if (!options.local) await agreed(options);
  const cloud = await cloudOf(options, stateDir, tell);
  try {
    if (!options.local) {
      await mustBeNew(cloud, options.stack);
      process.once('SIGINT', () => brokenOff(options));
      process.once('SIGTERM', () => brokenOff(options));
    }
    const { report, error } = await run(cloud, {
      stackName: options.stack,
      isLocal: options.local,
      limitMinutes,
      tell,
    });
    process.stdout.write(`\n${reportText(report)}`);
    if (error !== undefined) throw error;
    if (options.write) showReport(report);
    const isRight = Object.values(report.answers).every(
      ({ is }) => is === 'as-assumed' || (options.local && is === 'unanswered'),
    );
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await cloud.stop();
    if (options.local) rmSync(stateDir, { recursive: true, force: true });
    else forget(stateDir);
  }
}

async function cloudOf(
  { profile = '', region, local }: Options,
  stateDir: string,
  tell: Teller,
): Promise<Cloud> {
  if (local) return startCloud({ stateDir, say: (line) => tell.detail(line) });
  return openAccount({ profile, region, stateDir });
}

/** What it makes and costs, and the yes to that. */
async function agreed({ stack, yes }: Options): Promise<void> {
  process.stdout.write(statement(stack));
  if (yes) return;
  if (process.stdin.isTTY !== true) throw new UsageError('Nobody is here to be asked: agree with --yes.');
  const { confirm } = await import('@inquirer/prompts');
  if (!(await confirm({ message: 'Go on?', default: false }))) process.exit(1);
}

/** A stack of the name may be somebody's. */
async function mustBeNew({ region, credentials }: Cloud, stackName: string): Promise<void> {
  const account = await awsAccount({ region, credentials });
  const there = (await account.stacks(stackName)).filter(isLive);
  if (there.length > 0)
    throw new UsageError(
      `There is a stack ${stackName} already. If it is an earlier run’s: npx writ operate remove --stack ${stackName}`,
    );
}

function brokenOff({ stack, profile }: Options): never {
  process.stderr.write(
    `\nBroken off: the stack is still there and costs. End it: AWS_PROFILE=${profile} npx writ operate remove --stack ${stack}\nDelete the stack ${stack}-fails, too, if it is there.\n`,
  );
  process.exit(130);
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string' },
      region: { type: 'string' },
      stack: { type: 'string', default: 'WritSmoke' },
      yes: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const { help: _, profile, region, ...rest } = values;
  if ((profile === undefined) !== rest.local)
    throw new UsageError('Give --profile NAME for an account, or --local for the local cloud.');
  if (!/^[A-Za-z][A-Za-z0-9-]{0,40}$/.test(rest.stack))
    throw new UsageError('--stack is no name of a stack.');
  return {
    ...rest,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  };
}

try {
  await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    error instanceof ProfileError ||
    (error instanceof TypeError && 'code' in error);
  process.exitCode = isUsage ? 2 : 1;
  if (isUsage) process.stderr.write(`${error.message}\nSee npm run smoke -- --help\n`);
  else console.error(error);
}
