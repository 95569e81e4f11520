import { Command } from 'commander';
import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { subjectKinds } from '#core/vault/subject.ts';
import { readEnrolment } from '../admin/enrolment.ts';
import { forAws } from '../aws.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { table } from '../format.ts';
import { agree, isAttended } from '../person.ts';
import { healthCommand } from './health/command.ts';
import { invokeOf, type StackOptions } from './invoke.ts';
import { removeCommand } from './remove/command.ts';

/** `writ operate`: what an operator does with AWS credentials and without a key of Writ's. It opens nothing. */
const foundExamples = `
Examples:
  writ operate found r.jansen=jansen.json m.diaz=diaz.json k.novak=novak.json --stack Writ

Each reviewer makes their own key (writ keys new --role reviewer) and sends what writ keys show --enrolment prints.
Compare each thumbprint by telephone first. From then on reviewers enrol agencies, officers and each other, and an
operator can add nobody.
`;

const confirmExamples = `
Examples:
  writ operate confirm 6f0f3c0e-…        after a reviewer: writ admin emergencies reopen <agency>
`;

const honeytokenExamples = `
Examples:
  writ operate honeytoken account watch-me-1

Put the tag into the policy, under \`decoys\` (docs/cases.md). A request that names the honeytoken is refused, and the key
that signed it is revoked.
`;

export function operateCommand(): Command {
  const found = forStack('found')
    .description('name the first reviewers of a new deployment')
    .argument('<reviewer...>', '<pseudonym>=<file>: who it is, and the enrolment they sent')
    .option('-y, --yes', 'do not ask whether the thumbprints were compared')
    .addHelpText('after', foundExamples)
    .action((reviewers: string[], options: StackOptions) =>
      run(() => nameReviewers(reviewers, options), options),
    );
  const confirm = forStack('confirm')
    .description('confirm that an agency’s emergencies are taken again')
    .argument('<change>', 'the change that a reviewer proposed, by its id')
    .addHelpText('after', confirmExamples)
    .action((change: string, options: StackOptions) => run(() => confirmChange(change, options), options));
  const honeytoken = honeytokenCommand('honeytoken');
  const command = forPeople(new Command('operate')).description(
    'what an operator does, with AWS credentials: first reviewers, health, confirmations, honeytokens, the end of a stack',
  );
  for (const each of [found, healthCommand(), confirm, honeytoken, removeCommand()]) command.addCommand(each);
  // Its name until version 0.1.
  command.addCommand(honeytokenCommand('decoy'), { hidden: true });
  return command;
}

function honeytokenCommand(name: string): Command {
  return forStack(name)
    .description('make the tag of a honeytoken, for the policy')
    .argument('<kind>', 'account, phone or username')
    .argument('<value>', 'a value that belongs to nobody, and never will')
    .addHelpText('after', honeytokenExamples)
    .action((kind: string, value: string, options: StackOptions) =>
      run(() => tag(kind, value, options), options),
    );
}

const forStack = (name: string) =>
  forAws(forPeople(new Command(name)))
    .option('--stack <name>', 'the CloudFormation stack', 'Writ')
    .option('--json', 'the answer as JSON, errors too');

async function run(act: () => Promise<void>, options: StackOptions): Promise<void> {
  process.exitCode = await attempt(async () => {
    await act();
    return 0;
  }, options);
}

async function nameReviewers(given: string[], options: StackOptions): Promise<void> {
  const reviewers = await Promise.all(given.map(reviewerOf));
  const lines = table(
    ['reviewer', 'thumbprint'],
    reviewers.map(({ holder, thumbprint }) => [printable(holder), thumbprint]),
  );
  if (isAttended()) say(lines);
  await agree('Did you compare each thumbprint with its holder, by telephone?', options);
  const event = { reviewers: reviewers.map(({ holder, publicKey }) => ({ holder, publicKey })) };
  const { keyIds } = z
    .object({ keyIds: z.array(z.string()) })
    .parse(await invokeOf(options, 'FoundFunctionName', event));
  if (options.json === true) printJson({ keyIds });
  else process.stdout.write(lines);
}

async function reviewerOf(given: string) {
  const [, holder = '', file = ''] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  if (file === '') throw new UsageError('each reviewer is given as <pseudonym>=<file>');
  const { publicKey, thumbprint } = await readEnrolment(file, 'reviewer');
  return { holder, publicKey, thumbprint };
}

async function confirmChange(change: string, options: StackOptions): Promise<void> {
  const answer = z
    .object({ status: z.string() })
    .parse(await invokeOf(options, 'OperateFunctionName', { confirm: change }));
  if (options.json === true) printJson(answer);
  else process.stdout.write(`${printable(answer.status)}\n`);
}

async function tag(kind: string, value: string, options: StackOptions): Promise<void> {
  if (!subjectKinds.some((known) => known === kind))
    throw new UsageError('a honeytoken is an account, a phone or a username');
  const answer = z
    .object({ tag: z.string() })
    .parse(await invokeOf(options, 'OperateFunctionName', { decoy: { kind, value } }));
  if (options.json === true) printJson(answer);
  else process.stdout.write(`${printable(answer.tag)}\n`);
}
