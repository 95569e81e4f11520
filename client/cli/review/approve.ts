import { Command } from 'commander';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { decideReview, type Review } from '#client/reviewer.ts';
import { approvalsOf, isSameScope, type Narrowing } from '#client/scope.ts';
import type { Decision } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { attempt, forPeople, say, UsageError } from '../common.ts';
import { connect } from '../profile/connection.ts';
import {
  beforehand,
  type DecidingOptions,
  forDeciding,
  lookToDecide,
  printDecided,
  reasonOf,
  reasonText,
} from './deciding.ts';
import { caseHelp, caseNamed } from './desk.ts';
import { allText, checkOneOrder, idsToDecide } from './one-order.ts';
import { checkOrder, type GivenOrder, readOrder } from './order.ts';
import { chooseScope, narrowingOf, type ScopeOptions } from './scope.ts';
import { approvalText } from './text.ts';
import { groundList, withheldFrom, withheldHelp, withheldText } from './withholding.ts';

/** `writ review approve`: approves what was asked, or less. */
type Options = DecidingOptions &
  ScopeOptions & { order?: string; withheld?: string[]; explanation?: string; allOfOrder?: boolean };

const examples = `
Examples:
  writ review approve 0f8b6b1e                            shows the case, asks why, and before it signs
  writ review approve 0f8b6b1e --reason "order checked" --yes
  writ review approve 0f8b6b1e --subject 0 --category UserIdentifyingData --from 2026-11-10 --reason "narrowed"
  writ review approve 0f8b6b1e --subject 0 1 --withheld 2=immunity-or-privilege --explanation "2 is a law firm's." --reason "checked"
  writ review approve 0f8b6b1e --all-of-order --reason "order checked"
  writ review approve GS-4711/26 --order order.pdf        refuses another order than the one that was signed
  writ review approve 0f8b6b1e --same-as r.jansen --reason "order checked, as narrowed"

Approvals count together only over exactly the same scope. So without options the scope is the one that another
reviewer approved, or else what was asked. With options it is what was asked, less what they leave out. A day is the
midnight with which it begins where you are.

Where you approve less than was asked, --withheld says on which ground. It is public; --explanation is sealed to the
officer who asked. Grounds:
${groundList}
`;

export function approveCommand(): Command {
  return forDeciding(forPeople(new Command('approve')))
    .description('approve what was asked, or less')
    .argument('<case>', caseHelp)
    .option('--subject <n...>', 'only these subjects, by their numbers in `writ review show`')
    .option('--category <category...>', 'only these categories')
    .option('--from <when>', 'only what is not before then')
    .option('--to <when>', 'only what is before then')
    .option('--same-as <reviewer>', 'the scope that this reviewer approved')
    .option('--withheld <part=ground...>', withheldHelp)
    .option('--explanation <text>', 'what the agency is told of what is left out: at most 1,000 characters')
    .option('--all-of-order', 'every case of the same order that waits for a decision, with one confirmation')
    .option(
      '--order <file>',
      'the order as you were given it: its SHA-256 is compared with the one that was signed',
    )
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const narrowed = narrowingOf(options);
  const withheld = withheldFrom(options.withheld);
  const explanation = explanationOf(options);
  if (options.allOfOrder === true && (options.subject ?? options.withheld ?? options.sameAs) !== undefined)
    throw new UsageError(
      '--all-of-order goes without --subject, --withheld and --same-as, which are of one case',
    );
  const order = options.order === undefined ? undefined : await readOrder(options.order);
  const reason = await beforehand(options.reason !== undefined, () =>
    reasonOf(options, 'Why do you approve it? Your desk reads this.'),
  );
  const { session } = await connect(options);
  const id = await caseNamed(session, named);
  const ids = options.allOfOrder === true ? await idsToDecide(session, id) : [id];
  const chosen: Choice[] = [];
  for (const each of ids) chosen.push(await choose(session, each, { narrowed, order }, options));
  const reviews = chosen.map(({ review }) => review);
  checkOneOrder(reviews);
  if (ids.length > 1 && options.json !== true) say(allText('approve', reviews));
  const stated = {
    ...(withheld === undefined ? {} : { withheld }),
    ...(explanation === undefined ? {} : { explanation }),
  };
  if (withheld !== undefined && options.json !== true) say(withheldText(withheld));
  const why = await reason();
  // What was confirmed once is signed case by case.
  const { confirm: _, ...confirmed } = session;
  for (const [i, { review, scope }] of chosen.entries()) {
    const decision: Decision = {
      decision: 'approve',
      requestDigest: review.requestDigest,
      scope,
      reason: why,
      ...stated,
    };
    const after = await decideReview(i === 0 ? session : confirmed, review.id, decision);
    printDecided(after, review, options, scope);
  }
  return 0;
}

interface Choice {
  review: Review;
  scope: Scope;
}

/** Shows a case, and the scope that is to be approved of it. */
async function choose(
  session: Session,
  id: string,
  { narrowed, order }: { narrowed: Narrowing | undefined; order: GivenOrder | undefined },
  options: Options,
): Promise<Choice> {
  const review = await lookToDecide(session, id, 'approve', options);
  if (order !== undefined) {
    checkOrder(order, review.request.instrument.digest);
    if (options.json !== true) say(`The order is the one that was signed: SHA-256 ${order.digests.hex}`);
  }
  const { scope, as } = chooseScope(review, narrowed, options.sameAs);
  if (options.json !== true) {
    say(approvalText(review, scope, as));
    const others = approvalsOf(review).filter((each) => !isSameScope(each.scope, scope));
    for (const { reviewer } of others)
      say(`${printable(reviewer)} approved another scope: with yours the count begins anew.`);
  }
  return { review, scope };
}

/** @throws UsageError */
function explanationOf({ explanation }: Options): string | undefined {
  if (explanation === undefined || reasonText.safeParse(explanation).success) return explanation;
  throw new UsageError('--explanation is one line of 1 to 1,000 characters');
}
