import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { claimReview, type ReviewLine } from '#client/reviewer.ts';
import { moment } from '../case-text.ts';
import { attempt, forPeople, printJson, UsageError } from '../common.ts';
import { fields } from '../format.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { caseHelp, caseNamed } from './desk.ts';

/** `writ review claim`: says to the other reviewers who works on a case. */
interface Options extends ProfileOptions {
  takeOver?: boolean;
  end?: boolean;
}

const examples = `
Examples:
  writ review claim 0f8b6b1e                     you work on it: the list says so for 24 hours
  writ review claim 0f8b6b1e --take-over         though another said so before
  writ review claim 0f8b6b1e --end               you do no more

A claim is a word among colleagues. It gives no right, and anybody may decide the case all the same. It ends by itself
after 24 hours, in an emergency after one. That you claimed it is in the log, without your name.
`;

export function claimCommand(): Command {
  return forSigning(forPeople(new Command('claim')))
    .description('say that you work on a case, or that you do no more')
    .argument('<case>', caseHelp)
    .option('--take-over', 'take another reviewer’s claim over')
    .option('--end', 'end your claim')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const { takeOver = false, end = false, json } = options;
  if (takeOver && end) throw new UsageError('give either --take-over or --end');
  const { session } = await connect(options);
  const line = await claimReview(
    session,
    await caseNamed(session, named),
    end ? 'end' : takeOver ? 'take-over' : 'take',
  );
  if (json === true) printJson(line);
  else process.stdout.write(claimText(line));
  return 0;
}

function claimText({ id, status, claimedBy, claimedUntil }: ReviewLine): string {
  return fields({
    case: id,
    status,
    'claimed by': claimedBy === undefined ? 'nobody' : printable(claimedBy),
    until: claimedUntil === undefined ? undefined : moment(claimedUntil),
  });
}
