import { Command } from 'commander';
import type { Session } from '#client/exchange.ts';
import { newestCheckpoint, provenEntries } from '#client/log/entries.ts';
import { type KeyHistory, keyHistory, type PlacedKnown } from '#client/log/keys.ts';
import { printable } from '#client/printable.ts';
import { eachKey, type KeyView, revokeKey, showKey } from '#client/registry.ts';
import { fromBase64url } from '#core/bytes.ts';
import { grouped } from '#core/grouped.ts';
import { commitment } from '#core/log/commitment.ts';
import { keyStatuses } from '#core/registry/key-view.ts';
import { attempt, counted, forPeople, type LogOptions, printJson, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { fields, table, when } from '../format.ts';
import { entryLine, headLine } from '../log-line.ts';
import { openLog } from '../opened-log.ts';
import { type Choice, neededChoice } from '../person.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { decisionRows, keyFields } from './key-text.ts';
import { forProposing, type ProposingOptions, propose } from './proposing.ts';

/** `writ admin key`: whose a key is and what it signed; revokes one. */
const showExamples = `
Examples:
  writ admin key show x6rX…VB8               whose it is, and all that it signed, by the log
  writ admin key show x6rXq1                 the beginning is enough, where only one key begins so
  writ admin key show x6rX…VB8 --json | jq '.signed[] | select(.kind == "decision.approved")'
  writ admin key show --profile desk -- -6rX…VB8        one that begins with a dash

The log names no key: the registry says how it calls this one, and proves it. \`writ review show\` and
\`writ admin change show\` say what a case or a change was about.
`;

const revokeExamples = `
Examples:
  writ admin key revoke x6rX…VB8 --reason stolen
  writ admin key revoke --reason replaced --yes -- -6rX…VB8        one that begins with a dash
  writ admin revoke --person r.jansen --reason left                all keys of a person, and what ends is shown first

At once and for good. Requests of an officer's key are cancelled; of a reviewer's, what waits is void, and cases that it
helped to open are suspended. Reviewers revoke any key, officers those of their own agency.
`;

const reinstateExamples = `
Examples:
  writ admin people                          which keys are suspended
  writ admin key reinstate x6rXq1            the beginning is enough, where only one key begins so

A key that another provider revoked for misuse is suspended here. Call the agency on a number that you knew before: whether
its officer alone has the key. Two reviewers reinstate it; where somebody else may have it, one revokes it.
`;

interface RevokeOptions extends ProfileOptions {
  reason?: string;
}

export function keyCommand(): Command {
  return forPeople(new Command('key'))
    .description('see whose a key is and what it signed; revoke keys, reinstate suspended ones')
    .addCommand(
      forProfile(forPeople(new Command('show')))
        .description('whose a key is, who enrolled it, and what it signed by the log')
        .argument('<keyid>', 'its thumbprint, or the beginning of it')
        .addHelpText('after', showExamples)
        .action(async (keyid: string, options: ProfileOptions) => {
          process.exitCode = await attempt(() => show(keyid, options), options);
        }),
      { isDefault: true },
    )
    .addCommand(
      forProposing(new Command('revoke'))
        .description('revoke a key, at once and for good')
        .argument('<keyid>', 'its thumbprint')
        .option('--reason <reason>', 'lost, stolen, left or replaced')
        .addHelpText('after', revokeExamples)
        .action(async (keyid: string, options: RevokeOptions) => {
          process.exitCode = await attempt(() => revoke(keyid, options), options);
        }),
    )
    .addCommand(
      forProposing(new Command('reinstate'))
        .description('propose that a key that is suspended counts again')
        .argument('<keyid>', 'its thumbprint, or the beginning of it')
        .addHelpText('after', reinstateExamples)
        .action((keyid: string, options: ProposingOptions) =>
          propose(async (connected) => {
            const key = await keyNamed(await connected(), keyid);
            return { kind: 'reinstate', keyid: key.keyid };
          }, options),
        ),
    );
}

export const reasons: Choice<Parameters<typeof revokeKey>[2]>[] = [
  { value: 'lost', description: 'nobody knows where it is' },
  { value: 'stolen', description: 'somebody else has it, or may have' },
  { value: 'left', description: 'its holder left' },
  { value: 'replaced', description: 'its holder has another, which is active' },
];

async function revoke(keyid: string, options: RevokeOptions): Promise<number> {
  const reason = await neededChoice(options.reason, '--reason', 'Why? It is in the log.', reasons);
  const { session } = await connect(options);
  const revoked = await revokeKey(session, keyid, reason);
  if (options.json === true) printJson(revoked);
  else process.stdout.write(fields({ revoked: printable(revoked.keyid), since: when(revoked.revokedAt) }));
  return 0;
}

async function show(given: string, options: ProfileOptions): Promise<number> {
  const { session } = await connect(options);
  const key = await keyNamed(session, given);
  const { profile } = options;
  const logOptions: LogOptions = profile === undefined ? {} : { profile };
  const log = await openLog(logOptions);
  const history = await keyHistory(provenEntries(log, await newestCheckpoint(log)), key.log.key);
  const by = key.revokedAt === undefined ? undefined : await revokerOf(session, key, history);
  if (options.json === true) {
    const listed = (placed: PlacedKnown[]) => placed.map(({ index, entry }) => ({ index, ...entry }));
    printJson({ key, revokedBy: by, own: listed(history.own), signed: listed(history.signed) });
  } else process.stdout.write(keyText(key, history, by));
  return 0;
}

/** @throws UsageError where no key begins so, or several do */
async function keyNamed(session: Session, given: string): Promise<KeyView> {
  if (/^[\w-]{43}$/.test(given)) return showKey(session, given);
  // As people copy it: what a list shows, with or without the point that stands for the rest.
  const start = given.replace(/(…|\.\.\.)$/, '');
  if (!/^[\w-]{4,42}$/.test(start))
    throw new UsageError('a key is named by its thumbprint, or by the first 4 characters of it or more');
  const found: KeyView[] = [];
  for (const status of keyStatuses)
    for await (const key of eachKey(session, status)) if (key.keyid.startsWith(start)) found.push(key);
  const [first, second] = found;
  if (first === undefined)
    throw new CommandError(
      'usage',
      `no key begins with ${printable(start)}`,
      '`writ admin people --revoked` lists them',
    );
  if (second !== undefined)
    throw new UsageError(`${found.length} keys begin with ${printable(start)}: give more of it`);
  return first;
}

/** Who revoked a key: the log commits to a name, and the people of the registry are few. */
async function revokerOf(session: Session, key: KeyView, { own }: KeyHistory): Promise<string | undefined> {
  const entry = own.map((placed) => placed.entry).find(({ kind }) => kind === 'key.revoked');
  if (entry?.kind !== 'key.revoked') return undefined;
  const salt = fromBase64url(key.log.salt) ?? new Uint8Array();
  const isBy = (name: string) => commitment(salt, 'holder', name) === entry.data.by;
  if (isBy('provider')) return 'the provider, since it asked for a honeytoken';
  for (const status of keyStatuses)
    for await (const { holder } of eachKey(session, status)) if (isBy(holder)) return printable(holder);
  return undefined;
}

function keyText(key: KeyView, { own, signed }: KeyHistory, by: string | undefined): string {
  const revocation = own.map((placed) => placed.entry).find(({ kind }) => kind === 'key.revoked');
  const because = revocation?.kind === 'key.revoked' ? revocation.data.because : undefined;
  const what = fields({
    ...keyFields(key),
    'revoked by': by,
    because: because === undefined ? undefined : printable(because),
  });
  const decided =
    key.decisions.length === 0
      ? ''
      : `\n${table(['enrolled by', 'as', 'decided', 'when'], decisionRows(key))}`;
  const kinds = [...grouped(signed, ({ entry }) => entry.kind)].map(
    ([kind, placed]) => `${placed.length} ${kind}`,
  );
  const lines = signed.map(({ index, entry }) => entryLine({ index, envelope: entry }));
  const listed =
    signed.length === 0
      ? '\nIt signed nothing, by the log.\n'
      : `\nIt signed ${counted(signed.length, 'entry', 'entries')}, by the log: ${kinds.join(', ')}\n${[headLine(), ...lines].join('\n')}\n`;
  return `${what}${decided}${listed}`;
}
