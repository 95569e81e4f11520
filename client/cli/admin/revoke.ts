import { Command } from 'commander';
import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import { type ChangeView, type PersonView, revokeKey, showPerson } from '#client/registry.ts';
import { changesSignedBy, inOrderOfRevocation, leftWithout } from '#client/revoking.ts';
import { attempt, counted, forPeople, printJson, say } from '../common.ts';
import { fields, table } from '../format.ts';
import { agree, needed, neededChoice } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { reasons } from './key.ts';
import { signersText } from './key-text.ts';

/** `writ admin revoke`: all keys of one person, with what ends shown first. */
interface Options extends ProfileOptions {
  person?: string;
  reason?: string;
  dryRun?: boolean;
}

const examples = `
Examples:
  writ admin revoke --person r.jansen --dry-run          what would end; nothing is revoked
  writ admin revoke --person r.jansen --reason left      the same, and it asks; then one key after the other
  writ admin revoke --person officer-17 --reason stolen --yes

At once and for good. Broken off half-way, the same command goes on with the keys that are left.
`;

export function revokeCommand(): Command {
  return forSigning(forPeople(new Command('revoke')))
    .description('revoke all keys of a person, at once and for good')
    .option('--person <pseudonym>', 'whose, as the provider calls them')
    .option('--reason <reason>', 'lost, stolen, left or replaced')
    .option('--dry-run', 'show what would end, and revoke nothing')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => revoke(options), options);
    });
}

async function revoke(options: Options): Promise<number> {
  const name = await needed(options.person, '--person', 'The pseudonym of the person');
  const { session } = await connect(options);
  const person = await showPerson(session, name);
  const changes = person.keys.length === 0 ? [] : await changesSignedBy(session, person);
  const ends = { ...person, changes: changes.map(({ id }) => id) };
  const isQuiet = options.json === true;
  if (!isQuiet) process.stdout.write(endsText(person, changes));
  if (options.dryRun === true || person.keys.length === 0) {
    if (isQuiet) printJson({ ...ends, revoked: [] });
    return 0;
  }
  const reason = await neededChoice(options.reason, '--reason', 'Why? It is in the log.', reasons);
  await agree(`Revoke ${counted(person.keys.length, 'key')} of ${printable(name)}, for good?`, options);
  const revoked = await revokeEach(session, person, reason);
  if (isQuiet) printJson({ ...ends, revoked });
  else
    process.stdout.write(
      `${counted(revoked.length, 'key')} revoked. What rests on ${revoked.length === 1 ? 'it' : 'them'} ends within minutes: writ log tail\n`,
    );
  return 0;
}

/** One key after the other. */
async function revokeEach(session: Session, { keys }: PersonView, reason: Parameters<typeof revokeKey>[2]) {
  const inOrder = inOrderOfRevocation(keys, session.signer.keyId);
  // All of them were confirmed at once.
  const confirmed: Session = { ...session, confirm: async () => {} };
  const revoked: Awaited<ReturnType<typeof revokeKey>>[] = [];
  for (const { keyid } of inOrder) {
    try {
      revoked.push(await revokeKey(confirmed, keyid, reason));
    } catch (error) {
      const left = inOrder.slice(revoked.length).map((key) => printable(key.keyid));
      say(
        `${revoked.length} of ${counted(inOrder.length, 'key')} revoked. Left: ${left.join(', ')}. The same command goes on.`,
      );
      throw error;
    }
  }
  return revoked;
}

function endsText(person: PersonView, changes: readonly ChangeView[]): string {
  const { holder, agency, keys, proven, others, ends } = person;
  const whose = fields({
    person: printable(holder),
    of: agency === undefined ? 'the desk' : printable(agency),
    'others there': String(others),
  });
  if (keys.length === 0) return `${whose}No key of this person is left to be revoked.\n`;
  const ofKeys = table(
    ['key', 'since', 'enrolled by'],
    keys.map((key) => [key.keyid, key.enrolledAt.slice(0, 10), signersText(key)]),
  );
  const cases = ends.cases.map(({ case: id, agency: of, reference, status, becomes, voided }) => [
    id.slice(0, 8),
    printable(of),
    printable(reference),
    becomes === status ? `${counted(voided, 'decision')} void` : becomes,
  ]);
  const ofCases =
    cases.length === 0 ? 'No case rests on them.\n' : table(['case', 'of', 'reference', 'becomes'], cases);
  const notes = [
    ...(ends.more ? ['More cases are pending than were looked at: more may end.'] : []),
    ...changes.map(({ id, proposal }) => `Change ${id} (${proposal.kind}) loses a signature`),
    ...(proven
      ? []
      : ['The log could not prove that these are all keys of this person: look again afterwards.']),
    ...leftText(person),
  ];
  return `${[whose, ofKeys, ofCases].join('\n')}${notes.map((note) => `${note}\n`).join('')}`;
}

function leftText(person: PersonView): string[] {
  switch (leftWithout(person)) {
    case 'enough':
      return [];
    case 'desk-too-few':
      return [
        `The desk is left with ${counted(person.others, 'person', 'people')}: nothing can be approved by two.`,
      ];
    case 'agency-nobody':
      return ['The agency is left with nobody: enrol another officer, or it can ask for nothing.'];
  }
}
