import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { decideReview } from '#client/reviewer.ts';
import type { Decision } from '#core/cases/request.ts';
import { scopeText as canonical } from '#core/cases/scope.ts';
import { attempt, forPeople, say } from '../common.ts';
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
import { checkOrder, readOrder } from './order.ts';
import { approvalsOf, chooseScope, narrowingOf, type ScopeOptions } from './scope.ts';
import { approvalText } from './text.ts';

/** `writ review approve`: approves what was asked, or less. */
type Options = DecidingOptions & ScopeOptions & { order?: string };

const examples = `
Examples:
  writ review approve 0f8b6b1e                            shows the case, asks why, and before it signs
  writ review approve 0f8b6b1e --reason "order checked" --yes
  writ review approve 0f8b6b1e --subject 0 --category UserIdentifyingData --from 2026-11-10 --reason "narrowed"
  writ review approve GS-4711/26 --order order.pdf        refuses another order than the one that was signed
  writ review approve 0f8b6b1e --same-as r.jansen --reason "order checked, as narrowed"

Approvals count together only over exactly the same scope. So without options the scope is the one that another
reviewer approved, or else what was asked. With options it is what was asked, less what they leave out. A day is the
midnight with which it begins where you are.
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
  const order = options.order === undefined ? undefined : await readOrder(options.order);
  const reason = await beforehand(options.reason !== undefined, () =>
    reasonOf(options, 'Why do you approve it? Your desk reads this.'),
  );
  const { session } = await connect(options);
  const review = await lookToDecide(session, await caseNamed(session, named), 'approve', options);
  if (order !== undefined) {
    checkOrder(order, review.request.instrument.digest);
    if (options.json !== true) say(`The order is the one that was signed: SHA-256 ${order.digests.hex}`);
  }
  const { scope, as } = chooseScope(review, narrowed, options.sameAs);
  if (options.json !== true) {
    say(approvalText(review, scope, as));
    const others = approvalsOf(review).filter((each) => canonical(each.scope) !== canonical(scope));
    for (const { reviewer } of others)
      say(`${printable(reviewer)} approved another scope: with yours the count begins anew.`);
  }
  const decision: Decision = {
    decision: 'approve',
    requestDigest: review.requestDigest,
    scope,
    reason: await reason(),
  };
  printDecided(await decideReview(session, review.id, decision), review, options, scope);
  return 0;
}
