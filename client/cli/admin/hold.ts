import { Command } from 'commander';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { forPeople, say, UsageError } from '../common.ts';
import { instantHelp, instantOf } from '../dates.ts';
import { when } from '../format.ts';
import { isWholeId } from '../named-case.ts';
import { needed } from '../person.ts';
import { caseHelp, caseNamed } from '../review/desk.ts';
import { forProposing, type ProposingOptions, propose } from './proposing.ts';

/** `writ admin hold`: a case that a court still needs is not forgotten meanwhile. */
interface BeginOptions extends ProposingOptions {
  until?: string;
}

const beginExamples = `
Examples:
  writ admin hold begin 0f8b6b1e --until 2028-01-01

Two reviewers hold a case. What the provider keeps of it stays until then, and not for longer than ten years; another hold
takes its place. A hold opens nothing, and keeps none of the data that the case was about.
`;

const endExamples = `
Examples:
  writ admin hold end 0f8b6b1e

Two reviewers release it. The case is forgotten once its own retention is over.
`;

export function holdCommand(): Command {
  const begin = forProposing(new Command('begin'))
    .description('propose that a case is kept, whatever its retention')
    .argument('<case>', caseHelp)
    .option('--until <when>', 'until then')
    .addHelpText('after', beginExamples)
    .action((named: string, options: BeginOptions) =>
      propose(async (connected) => {
        const until = await untilOf(options);
        return { kind: 'hold', case: await caseOf(named, connected), until };
      }, options),
    );
  const end = forProposing(new Command('end'))
    .description('propose that a case that is held is released')
    .argument('<case>', caseHelp)
    .addHelpText('after', endExamples)
    .action((named: string, options: ProposingOptions) =>
      propose(async (connected) => ({ kind: 'release', case: await caseOf(named, connected) }), options),
    );
  return forPeople(new Command('hold'))
    .description('hold cases that a court still needs')
    .addCommand(begin)
    .addCommand(end);
}

/** A whole id is taken as it is, without a look at the list. @throws CommandError case-ambiguous, case-unknown */
async function caseOf(named: string, connected: () => Promise<Session>): Promise<string> {
  return isWholeId(named) ? named.toLowerCase() : caseNamed(await connected(), named);
}

/** @throws UsageError */
async function untilOf({ until: given, json }: BeginOptions): Promise<string> {
  const text = await needed(given, '--until', 'Until when is the case kept?');
  const until = instantOf(text);
  if (until === undefined) throw new UsageError(`--until is ${instantHelp}`);
  if (until !== text && json !== true) say(`--until ${printable(text)} is ${until}: ${when(until)}`);
  return until;
}
