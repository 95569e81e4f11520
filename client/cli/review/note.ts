import { Command } from 'commander';
import { addNote } from '#client/reviewer.ts';
import { noteSchema } from '#core/cases/messages.ts';
import { attempt, forPeople, printJson } from '../common.ts';
import { fields } from '../format.ts';
import { needed } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { caseHelp, caseNamed } from './desk.ts';

/** `writ review note`: leaves a note for the other reviewers. */
interface Options extends ProfileOptions {
  text?: string;
}

const examples = `
Examples:
  writ review note 0f8b6b1e --text "The court confirmed the order by telephone."

Reviewers see it with the case (\`writ review show\`), and nobody else does: not the agency, not whoever is given the
case’s file. It is sealed, it cannot be changed, and it is forgotten with the case. That you wrote one is in the log,
without your name and without a word of it.
`;

export function noteCommand(): Command {
  return forSigning(forPeople(new Command('note')))
    .description('leave a note for the other reviewers')
    .argument('<case>', caseHelp)
    .option('--text <text>', 'the note: one line of at most 2,000 characters')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const text = await needed(options.text, '--text', 'Your note, for reviewers alone', (answer) =>
    noteSchema.shape.text.safeParse(answer).success
      ? undefined
      : 'one line of 1 to 2,000 characters that can be seen',
  );
  const { session } = await connect(options);
  const line = await addNote(session, await caseNamed(session, named), text);
  if (options.json === true) printJson(line);
  else process.stdout.write(fields({ case: line.id, 'the note': 'is kept, for reviewers alone' }));
  return 0;
}
