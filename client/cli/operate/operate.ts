import { Command } from 'commander';
import { z } from 'zod';
import { plain } from '#client/plain.ts';
import { readEnrolment } from '../admin/enrolment.ts';
import { forAws } from '../aws.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { agree, isAttended } from '../person.ts';
import { table } from '../words.ts';
import { invokeOf, type StackOptions } from './invoke.ts';

/** `writ operate`: what an operator does with AWS credentials and no key of Writ's. It opens nothing. */
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
  writ operate decoy account watch-me-1

The tag goes into the policy's decoys (docs/cases.md). A request that names the decoy is refused, and its key revoked.
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
  const decoy = forStack('decoy')
    .description('make the tag of a decoy, for the policy')
    .argument('<kind>', 'account, phone or username')
    .argument('<value>', 'which is nobody’s, and never will be')
    .addHelpText('after', honeytokenExamples)
    .action((kind: string, value: string, options: StackOptions) =>
      run(() => tag(kind, value, options), options),
    );
  const command = forPeople(new Command('operate')).description(
    'what an operator does, with AWS credentials: first reviewers, confirmations, decoys',
  );
  for (const givenCommand of [found, confirm, decoy]) command.addCommand(givenCommand);
  return command;
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
    reviewers.map(({ holder, thumbprint }) => [plain(holder), thumbprint]),
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
  else process.stdout.write(`${plain(answer.status)}\n`);
}

async function tag(kind: string, value: string, options: StackOptions): Promise<void> {
  if (!['account', 'phone', 'username'].includes(kind))
    throw new UsageError('a decoy is an account, a phone or a username');
  const answer = z
    .object({ tag: z.string() })
    .parse(await invokeOf(options, 'OperateFunctionName', { decoy: { kind, value } }));
  if (options.json === true) printJson(answer);
  else process.stdout.write(`${plain(answer.tag)}\n`);
}
