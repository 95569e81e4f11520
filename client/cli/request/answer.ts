import { Command } from 'commander';
import { followRequest, giveInformation } from '#client/agency.ts';
import { isWaitedFor } from '#client/offered.ts';
import { answerSchema } from '#core/cases/messages.ts';
import { attempt, forPeople, say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { fields } from '../format.ts';
import { informationFields } from '../information-text.ts';
import { needed } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { digestOf } from './answers.ts';
import { type DraftOptions, forOrder } from './draft.ts';
import { checked } from './drafting.ts';
import { printCase, questionOf } from './follow.ts';
import { idOf } from './own.ts';

/** `writ request answer`: gives the information that the provider's desk asked for. */
interface Options extends ProfileOptions, Pick<DraftOptions, 'order' | 'orderDigest'> {
  text?: string;
}

const examples = `
Examples:
  writ request answer GS-4711/26                            shows the question, and asks for your answer
  writ request answer GS-4711/26 --text "The order is with you again, both pages." --order order.pdf

The provider’s reviewers alone read your answer. Give the order where it was completed or corrected: its SHA-256 is
signed, and the document goes to the provider as before. What you ask for does not change by it: for that, make a new
request with --amends.
`;

export function answerCommand(): Command {
  return forSigning(forOrder(forPeople(new Command('answer'))))
    .description('give the information that the provider needs before it decides')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--text <text>', 'your answer: one line of at most 2,000 characters')
    .addHelpText('after', examples)
    .action(async (given: string, options: Options) => {
      process.exitCode = await attempt(() => run(given, options), options);
    });
}

async function run(given: string, options: Options): Promise<number> {
  const hasOrder = options.order !== undefined || options.orderDigest !== undefined;
  const digest = hasOrder ? await digestOf(options) : undefined;
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  const view = await followRequest(connection.session, id);
  if (!isWaitedFor(view))
    throw new CommandError(
      'nothing-asked',
      'the provider has asked nothing that is not answered; nothing was signed',
      'what changes the request is a new one, with --amends',
    );
  if (options.json !== true) say(fields(informationFields(view, await questionOf(connection, view))));
  const text = await needed(options.text, '--text', 'Your answer', (answer) =>
    answerSchema.shape.text.safeParse(answer).success
      ? undefined
      : 'one line of 1 to 2,000 characters that can be seen',
  );
  const answer = checked(answerSchema, { text, ...(digest === undefined ? {} : { digest }) });
  await printCase(connection, await giveInformation(connection.session, id, answer), options);
  return 0;
}
