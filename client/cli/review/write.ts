import { Command } from 'commander';
import { writeToAgency } from '#client/reviewer.ts';
import { deskLetterSchema } from '#core/cases/letters.ts';
import { attempt, forPeople, printJson } from '../common.ts';
import { fields } from '../format.ts';
import { needed } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { caseHelp, caseNamed } from './desk.ts';

/** `writ review write`: a letter to the agency, outside a question. */
interface Options extends ProfileOptions {
  text?: string;
}

const examples = `
Examples:
  writ review write 0f8b6b1e --text "Your order of 3 November names an account that was closed in May."

It is encrypted to the agency’s key, and kept with the case for both of you. It asks for no answer and decides nothing:
to ask for something before you decide, \`writ review ask\`. Eight a case.
`;

export function writeCommand(): Command {
  return forSigning(forPeople(new Command('write')))
    .description('write to the agency, outside a question')
    .argument('<case>', caseHelp)
    .option('--text <text>', 'the letter: one line of at most 1,000 characters')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

export const letterText = (given: string | undefined, question: string): Promise<string> =>
  needed(given, '--text', question, (answer) =>
    deskLetterSchema.shape.text.safeParse(answer).success
      ? undefined
      : 'one line of 1 to 1,000 characters that can be seen',
  );

async function run(named: string, options: Options): Promise<number> {
  const text = await letterText(
    options.text,
    'What do you write? The agency reads this, and so does your desk.',
  );
  const { session } = await connect(options);
  const line = await writeToAgency(session, await caseNamed(session, named), text);
  if (options.json === true) printJson(line);
  else
    process.stdout.write(
      fields({ case: line.id, 'the letter': 'is with the agency, and kept with the case' }),
    );
  return 0;
}
