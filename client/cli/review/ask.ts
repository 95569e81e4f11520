import { Command } from 'commander';
import { partTexts } from '#client/information-words.ts';
import { printable } from '#client/printable.ts';
import { askInformation } from '#client/reviewer.ts';
import { type InformationNeeded, informationNeeded, questionSchema } from '#core/cases/messages.ts';
import { moment } from '../case-text.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { publishedPolicy } from '../due-text.ts';
import { CommandError } from '../errors.ts';
import { fields } from '../format.ts';
import { aboutText } from '../information-text.ts';
import { isAttended, needed, neededChoices } from '../person.ts';
import { connect } from '../profile/connection.ts';
import { beforehand, type DecidingOptions, forDeciding, look } from './deciding.ts';
import { caseHelp, caseNamed } from './desk.ts';
import { reviewText } from './text.ts';

/** `writ review ask`: asks the agency for information before the decision. */
interface Options extends DecidingOptions {
  about?: string[];
  text?: string;
}

const list = informationNeeded.map((part) => `  ${part.padEnd(15)}${partTexts[part]}`).join('\n');

const examples = `
About:
${list}

Examples:
  writ review ask 0f8b6b1e                      shows the case, asks about what, and for the question
  writ review ask 0f8b6b1e --about order --text "The order’s second page is missing."

What it is about is public; --text is encrypted to the agency’s key. The case keeps its status and its deadline: you may
decide it without the answer. \`writ review show\` has the answer once it is there.
`;

export function askCommand(): Command {
  return forDeciding(forPeople(new Command('ask')), { reason: false })
    .description('ask the agency for information before you decide')
    .argument('<case>', caseHelp)
    .option('--about <part...>', 'which parts of the order or the request, of the list below')
    .option('--text <text>', 'what is missing: one line of at most 1,000 characters')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const of = await beforehand(options.about !== undefined, () => partsOf(options.about));
  const text = await beforehand(options.text !== undefined, () =>
    needed(
      options.text,
      '--text',
      'What does the agency have to say or send? It alone reads this.',
      (answer) =>
        questionSchema.shape.text.safeParse(answer).success
          ? undefined
          : 'one line of 1 to 1,000 characters that can be seen',
    ),
  );
  const { session } = await connect(options);
  const review = await look(session, await caseNamed(session, named), options);
  if (options.digest !== undefined && options.digest !== review.requestDigest)
    throw new CommandError(
      'decision-digest-mismatch',
      'the case has another request digest than --digest; nothing was signed',
      `look at it: \`writ review show ${printable(review.id)}\``,
    );
  if (isAttended()) say(reviewText(review, await publishedPolicy(session)));
  const line = await askInformation(session, review.id, {
    requestDigest: review.requestDigest,
    of: await of(),
    text: await text(),
  });
  if (options.json === true) printJson(line);
  else
    process.stdout.write(
      fields({
        case: line.id,
        status: `${line.status}, and information is needed`,
        'the agency is asked for': aboutText(line.information?.of ?? []),
        'answer due': moment(line.dueAt),
      }),
    );
  return 0;
}

/** @throws UsageError */
async function partsOf(given: string[] | undefined): Promise<InformationNeeded[]> {
  if (given === undefined) {
    if (!isAttended()) throw new UsageError('--about is missing, and nobody is here to be asked');
    const choices = informationNeeded.map((value) => ({ value, description: partTexts[value] }));
    return neededChoices('About what? That is public.', choices);
  }
  const { data } = questionSchema.shape.of.safeParse(given);
  if (data === undefined)
    throw new UsageError(`--about is some of ${informationNeeded.join(', ')}, each once`);
  return data;
}
