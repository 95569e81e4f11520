import { Command } from 'commander';
import { attempt, forPeople, printJson } from '../common.ts';
import { publishedPolicy } from '../due-text.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { look } from './deciding.ts';
import { caseHelp, caseNamed } from './desk.ts';
import { siblingsOf } from './one-order.ts';
import { reviewText } from './text.ts';

const examples = `
Examples:
  writ review show 0f8b6b1e
  writ review show GS-4711/26
  writ review show 0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11 --json | jq -r .requestDigest

That you looked is an entry of the log, under your pseudonym's commitment, before anything is shown.
`;

/** `writ review show`: all that a reviewer decides by. */
export function showCommand(): Command {
  return forProfile(forPeople(new Command('show')))
    .description('show who asks for what and on what basis; that you looked is logged')
    .argument('<case>', caseHelp)
    .addHelpText('after', examples)
    .action(async (named: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: ProfileOptions): Promise<number> {
  const { session } = await connect(options);
  const review = await look(session, await caseNamed(session, named), options);
  if (options.json === true) printJson(review);
  else {
    const [policy, siblings] = [await publishedPolicy(session), await siblingsOf(session, review)];
    process.stdout.write(reviewText(review, policy, siblings));
  }
  return 0;
}
