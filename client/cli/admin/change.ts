import { Command } from 'commander';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { type ChangeView, decideChange, hasItsDigest, listChanges, showChange } from '#client/registry.ts';
import type { ChangeDecision } from '#core/registry/change.ts';
import { changeStatuses } from '#core/registry/lapsing.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { isAttended } from '../person.ts';
import { connect, forProfile, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { changesText, changeText } from './change-text.ts';
import { type ComparingOptions, compare, newKeys } from './enrolment.ts';

/** `writ admin change`: what is proposed, and the decisions over it. */
interface ListOptions extends ProfileOptions {
  status?: string;
}

interface DecideOptions extends ProfileOptions, ComparingOptions {
  digest?: string;
}

const listExamples = `
Examples:
  writ admin change list
  writ admin change list --status Applied --json | jq '.changes[].proposal.kind'
`;

const showExamples = `
Examples:
  writ admin change show 6f0f3c0e-…        thumbprints to compare by telephone, who decided, what is missing
`;

const decideExamples = (act: string) => `
Examples:
  writ admin change ${act} 6f0f3c0e-…        shows the change, and asks before it signs
  writ admin change ${act} 6f0f3c0e-… --digest sha-256=:47DE…hSuFU=: --yes
`;

const compareExamples = (act: string) => `${decideExamples(act)}\
  writ admin change ${act} 6f0f3c0e-… --thumbprint x6rX…VB8

A key that would be enrolled is compared by telephone first, on a number that you knew before. In a script --thumbprint
names every one of them, as compared: --thumbprint=… once for each.
`;

export function changeCommand(): Command {
  const list = forProfile(forPeople(new Command('list')))
    .description('list changes of the registry, those that become void first at the top')
    .option('--status <status>', 'Pending, Applied or Rejected', 'Pending')
    .addHelpText('after', listExamples)
    .action(async (options: ListOptions) => {
      process.exitCode = await attempt(() => listed(options), options);
    });
  const show = forProfile(forPeople(new Command('show')))
    .description('show what would change, who decided, and what is missing')
    .argument('<change>', 'its id')
    .addHelpText('after', showExamples)
    .action(async (id: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => shown(id, options), options);
    });
  const compared = (act: 'approve' | 'confirm', description: string) =>
    deciding(act, description)
      .option(
        '--thumbprint <thumbprint...>',
        'as you compared them by telephone: nothing is asked, others are refused',
      )
      .addHelpText('after', compareExamples(act));
  return forPeople(new Command('change'))
    .description('see what is proposed, and decide')
    .addCommand(list)
    .addCommand(show)
    .addCommand(compared('approve', 'approve a change, as a reviewer'))
    .addCommand(compared('confirm', 'confirm a change, as an officer of the agency that it concerns'))
    .addCommand(
      deciding('reject', 'reject a change: one is enough').addHelpText('after', decideExamples('reject')),
    );
}

const deciding = (act: ChangeDecision['decision'], description: string) =>
  forSigning(forPeople(new Command(act)))
    .description(description)
    .argument('<change>', 'its id')
    .option('--digest <digest>', 'the change digest that was judged: another is refused')
    .action(async (id: string, options: DecideOptions) => {
      process.exitCode = await attempt(() => decide(id, act, options), options);
    });

async function listed({ status, ...options }: ListOptions): Promise<number> {
  const known = changeStatuses.find((each) => each === status);
  if (known === undefined) throw new UsageError(`--status is one of ${changeStatuses.join(', ')}`);
  const { session } = await connect(options);
  const changes = (await listChanges(session, known)).toSorted(
    (a, b) => Date.parse(a.closesAt) - Date.parse(b.closesAt),
  );
  if (options.json === true) printJson({ changes });
  else process.stdout.write(changesText(changes));
  return 0;
}

async function shown(id: string, options: ProfileOptions): Promise<number> {
  const { session } = await connect(options);
  await print(await look(session, id), options);
  return 0;
}

/** A change, checked against its digest: a person reads the change and signs the digest. */
async function look(session: Session, id: string): Promise<ChangeView> {
  const value = await showChange(session, id);
  if (!hasItsDigest(value))
    throw new CommandError(
      'digest-wrong',
      'the provider shows another change than the one that the digest is of; nothing was signed',
      'tell the provider’s operator, and decide nothing here meanwhile',
    );
  return value;
}

async function decide(id: string, act: ChangeDecision['decision'], options: DecideOptions): Promise<number> {
  const { session } = await connect(options);
  const value = await look(session, id);
  if (options.digest !== undefined && options.digest !== value.changeDigest)
    throw new CommandError(
      'change-digest-mismatch',
      'the change has another digest than --digest; nothing was signed',
      `look at it: \`writ admin change show ${printable(value.id)}\``,
    );
  if (value.status !== 'Pending')
    throw new CommandError(
      'change-closed',
      `the change is ${value.status}, and no more decisions are possible`,
      '`writ admin change list` shows what is open',
    );
  // A script reads the change in the answer.
  if (isAttended()) say(await changeText(value));
  if (act !== 'reject') await compare(await newKeys(value.proposal), options);
  await print(await decideChange(session, value, act), options);
  return 0;
}

async function print(change: ChangeView, { json }: ProfileOptions): Promise<void> {
  if (json === true) printJson(change);
  else process.stdout.write(await changeText(change));
}
