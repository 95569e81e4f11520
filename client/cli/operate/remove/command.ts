import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { grouped } from '#core/grouped.ts';
import { type AwsOptions, awsConfig, forAws } from '../../aws.ts';
import { attempt, counted, exit, forPeople, printJson, say } from '../../common.ts';
import { when } from '../../format.ts';
import { needed } from '../../person.ts';
import { awsAccount } from './account.ts';
import { describedKinds, dollarsAMonth, type Found, type Kind, pricesNote } from './kinds.ts';
import { findRemains, isLive, lockedUntil, type Removal, remove } from './removal.ts';

/** `writ operate remove`: ends a stack and everything that it would leave in the account. */
interface Options extends AwsOptions {
  stack: string;
  list?: boolean;
  prod?: boolean;
  apiRole?: boolean;
  confirm?: string;
  json?: boolean;
}

const examples = `
Examples:
  writ operate remove --stack WritTest --list   what there is, what it costs,
                                                what would be lost
  writ operate remove --stack WritTest          asks for the stack’s name, then
                                                ends it step by step

It deletes the stack, schedules the deletion of its KMS keys (those that the
function Prepare made, too), and empties and deletes buckets, tables, streams
and log groups that are left. Files of the log are locked for their time (a day
in stage dev): until then their bucket stays, and the command says when to run
it again. Run it, too, after a first deployment that failed, and after
\`cdk destroy\`. A stack in stage prod is not touched without --prod.
`;

export function removeCommand(): Command {
  return forAws(forPeople(new Command('remove')))
    .description('end a stack, its vault keys and all else that it would leave')
    .requiredOption('--stack <name>', 'the CloudFormation stack')
    .option('--list', 'only show what there is')
    .option('--prod', 'the stack may be one in stage prod: its cases, its log and its keys are lost')
    .option('--api-role', 'end the account’s role for API Gateway’s logs too, if the stack made it')
    .option('--confirm <name>', 'the stack’s name again, where nobody is here to be asked')
    .option('--json', 'the answer as JSON, errors too')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const { stack, prod, apiRole, list = false, json = false } = options;
  const account = await awsAccount(awsConfig(options), { apiRole });
  const before = await findRemains(account, stack, { prod });
  if (list) {
    if (json) printJson(shown(before));
    else process.stdout.write(planText(before));
    return 0;
  }
  if (isOver(before)) return answer(before, json);
  say(planText(before));
  await needed(options.confirm, '--confirm', 'Type the stack’s name to end all this', (name) =>
    name === stack ? undefined : 'this is not the stack’s name',
  );
  return answer(await remove(account, before, say), json);
}

/** Whether nothing is left that could go now. */
function isOver({ stacks, found }: Removal): boolean {
  return !stacks.some(isLive) && !found.some(({ state }) => state.is === 'there');
}

function answer(removal: Removal, json: boolean): number {
  if (json) printJson(shown(removal));
  else process.stdout.write(resultText(removal));
  return isOver(removal) && lockedUntil(removal.found) === undefined ? 0 : exit.wrong;
}

function shown({ name, stacks, found }: Removal) {
  return {
    stack: name,
    stacks: stacks.map(({ id, status }) => ({ id, status })),
    found,
    dollarsAMonth: dollarsAMonth(found),
    lockedUntil: lockedUntil(found),
  };
}

export function planText({ name, stacks, found }: Removal): string {
  const live = stacks.filter(isLive);
  const head =
    live.length === 0
      ? `The stack ${printable(name)} is deleted.`
      : live.map(({ status }) => `The stack ${printable(name)} is there: ${printable(status)}.`).join('\n');
  if (found.length === 0) return `${head}\nNothing else of it is left.\n`;
  const parts = [...grouped(found, ({ kind }) => kind)].map(([kind, things]) => {
    const { one, many, lost } = describedKinds[kind];
    const costs = dollarsAMonth(things);
    const price = costs === 0 ? '' : `, ${costs.toFixed(2)} dollars a month`;
    return `${counted(things.length, one, many)}${price}, ${waits(things)}\n    lost with it: ${lost}`;
  });
  return `${head}
What there is of it:

${parts.map((part) => `  ${part}`).join('\n')}

In all ${dollarsAMonth(found).toFixed(2)} dollars a month.
${pricesNote}
`;
}

/** When things of one kind can go. */
function waits(things: readonly Found[]): string {
  const locked = lockedUntil(things);
  if (locked !== undefined) return `can go after ${when(locked)}`;
  const going = lastOf(things);
  if (going !== undefined && things.every(({ state }) => state.is === 'going'))
    return `goes by itself, by ${when(going)}`;
  return things.every(({ state }) => state.is === 'kept') ? 'stays unless you say so' : 'can go now';
}

const lastOf = (things: readonly Found[]) =>
  things
    .flatMap(({ state }) => (state.is === 'going' ? [state.until] : []))
    .sort()
    .at(-1);

export function resultText({ name, stacks, found }: Removal): string {
  const lines: string[] = [];
  const of = (is: Found['state']['is']) => found.filter(({ state }) => state.is === is);
  for (const [kind, things] of grouped(of('going'), (each): Kind => each.kind)) {
    const { one, many } = describedKinds[kind];
    lines.push(
      `${counted(things.length, one, many)}: AWS deletes them by ${when(lastOf(things) ?? '')}, and charges nothing until then.`,
    );
  }
  for (const { kind, id, state } of found) {
    if (state.is === 'kept') lines.push(`${kind} ${printable(id)} stays: ${state.because}.`);
    if (state.is === 'there') lines.push(`${kind} ${printable(id)} is still there: run this again.`);
    if (state.is === 'locked')
      lines.push(`${kind} ${printable(id)} is locked until ${when(state.until)}: run this again after that.`);
  }
  const isThere = stacks.some(isLive);
  const head = isThere
    ? `The stack ${printable(name)} is still there until the rest is gone.`
    : `The stack ${printable(name)} is gone.`;
  if (lines.length === 0 && !isThere) lines.push('Nothing of it is left in this account and region.');
  return `${[head, ...lines].join('\n')}\n`;
}
