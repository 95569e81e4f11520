import { Command } from 'commander';
import { groundTexts } from '#client/package/ground-words.ts';
import { decideReview, type Review, suspendReview } from '#client/reviewer.ts';
import { type Ground, grounds, type Suspension } from '#core/cases/request.ts';
import { attempt, forPeople, say } from '../common.ts';
import { type Choice, neededChoice } from '../person.ts';
import { connect } from '../profile/connection.ts';
import {
  beforehand,
  type DecidingOptions,
  forDeciding,
  lookToDecide,
  printDecided,
  reasonOf,
} from './deciding.ts';
import { caseHelp, caseNamed } from './desk.ts';
import { allText, checkOneOrder, idsToDecide } from './one-order.ts';
import { groundList } from './withholding.ts';

/** `writ review reject` before a case is open, `writ review suspend` after. Each takes a ground. */
interface Options extends DecidingOptions {
  ground?: string;
  allOfOrder?: boolean;
}

const rejectExamples = `
Grounds:
${groundList}

Examples:
  writ review reject 0f8b6b1e                             shows the case, asks for the ground and why
  writ review reject 0f8b6b1e --ground incomplete --reason "The order’s second page is missing." --yes

One reviewer is enough, and it is final. The ground is public; what --reason says is sealed to the officer who asked, and
for your desk.
`;

const suspendExamples = `
Grounds: as \`writ review reject --help\` lists them.

Examples:
  writ review suspend 0f8b6b1e --ground manifest-error --reason "The order was quashed this morning."

It ends access to the case’s data at once and for good, by one reviewer. An agency that still needs data makes a new
request.
`;

export function rejectCommand(): Command {
  return refusing('reject', 'turn a request down, on a ground', rejectExamples);
}

export function suspendCommand(): Command {
  return refusing('suspend', 'end access to an open case’s data, at once and for good', suspendExamples);
}

function refusing(act: 'reject' | 'suspend', description: string, examples: string): Command {
  const command = forDeciding(forPeople(new Command(act)))
    .description(description)
    .argument('<case>', caseHelp)
    .option('--ground <ground>', 'one of the list below')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(act, named, options), options);
    });
  return act === 'reject'
    ? command.option(
        '--all-of-order',
        'every case of the same order that waits for a decision, with one confirmation',
      )
    : command;
}

const choices: Choice<Ground>[] = grounds.map((value) => ({ value, description: groundTexts[value] }));

async function run(act: 'reject' | 'suspend', named: string, options: Options): Promise<number> {
  const ground = await beforehand(options.ground !== undefined, () =>
    neededChoice(options.ground, '--ground', 'On which ground? It is public.', choices),
  );
  const reason = await beforehand(options.reason !== undefined, () =>
    reasonOf(options, 'What does the agency need to know? It reads this, and so does your desk.'),
  );
  const { session } = await connect(options);
  const id = await caseNamed(session, named);
  const ids = options.allOfOrder === true ? await idsToDecide(session, id) : [id];
  const reviews: Review[] = [];
  for (const each of ids) reviews.push(await lookToDecide(session, each, act, options));
  checkOneOrder(reviews);
  if (ids.length > 1 && options.json !== true) say(allText('reject', reviews));
  const said = { ground: await ground(), reason: await reason() };
  // What was confirmed once is signed case by case.
  const { confirm: _, ...confirmed } = session;
  for (const [i, review] of reviews.entries()) {
    const by = i === 0 ? session : confirmed;
    const body: Suspension = { requestDigest: review.requestDigest, ...said };
    const after =
      act === 'reject'
        ? await decideReview(by, review.id, { decision: 'reject', ...body })
        : await suspendReview(by, review.id, body);
    printDecided(after, review, options);
  }
  return 0;
}
