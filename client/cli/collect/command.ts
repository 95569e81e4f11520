import { resolve } from 'node:path';
import { Command } from 'commander';
import { collectAll, collectionCall, followRequest, type PackageForm } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import { publishedPolicy } from '#client/log/published-policy.ts';
import { formBefore } from '#client/package/form.ts';
import type { PackageKeys } from '#client/package/page.ts';
import { printable } from '#client/printable.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { attempt, counted, forPeople, printJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { fields } from '../format.ts';
import { type Connection, connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { idOf } from '../request/own.ts';
import { referenceOf } from '../request/remembered.ts';
import { folderFor } from './folder.ts';
import { formFor } from './form.ts';
import { PageStore } from './pages.ts';
import { checkedRecipient } from './self-test.ts';
import { decided } from './wait.ts';
import { type Written, writePackage } from './write.ts';

/** `writ collect`: collects what was approved, into a folder that can be checked offline. */
interface Options extends ProfileOptions {
  out?: string;
  wait?: string | true;
  request?: string;
}

const examples = `
Examples:
  writ collect GS-4711/26                        into ./GS-4711-26
  writ collect GS-4711/26 --out case-17 --wait   once the provider's reviewers have decided, however long that takes
  writ collect GS-4711/26 --wait 60 --yes --json

The folder holds disclosure.json (what the provider signed), records.csv (for a spreadsheet), certificate.html (to print
and sign), disclosure.tlog-proof (the log's proof, for tools of any make) and proof.json (to check it all offline with
\`writ log prove\`). It is readable by you alone.

Before it asks, it tries whether this profile decrypts, and asks the provider whether answers go to its key: a collection
counts, whether or not you can read what came.

A collection that stops early goes on with the same command, from the last page that arrived. The provider's policy says
how often a case may be collected, so a folder is never overwritten.
`;

export function collectCommand(): Command {
  return forSigning(forPeople(new Command('collect')))
    .description('collect what was approved: decrypted, verified, as a folder')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--out <folder>', 'where to (default: a folder named as your reference)')
    .option('--wait [minutes]', 'wait for the provider’s reviewers')
    .option('--request <file>', 'the request as another officer sent it (`writ request export`)')
    .addHelpText('after', examples)
    .action(async (given: string, options: Options) => {
      process.exitCode = await attempt(() => run(given, options), options);
    });
}

async function run(given: string, options: Options): Promise<number> {
  const waitsUntil = waitsUntilOf(options);
  const connection = await connect(options);
  const keys = keysOf(connection);
  const id = await idOf(connection, 'requests', given);
  const first = await followRequest(connection.session, id);
  // What the officer wrote, now or when they sent it; never what the provider says.
  const reference =
    (await referenceOf(connection.name, 'requests', id)) ?? (first.reference === given ? given : undefined);
  const dir = options.out === undefined ? await folderFor('.', { reference, id }) : resolve(options.out);
  const store = await PageStore.open(dir, keys, id);
  const line = statusLine();
  const ended = new AbortController();
  const interrupted = () => ended.abort(brokenOff(store));
  try {
    const kept = await keptPages(store, id);
    // A person is asked here, before writ waits for reviewers, and for the first page alone: the others belong to it.
    const { confirm, ...unasked } = connection.session;
    const { encryptionKey, recipient } = kept.isWhole
      ? { encryptionKey: undefined, recipient: undefined }
      : await checkedRecipient(connection);
    const asks = kept.isWhole
      ? {}
      : await formFor(connection, first, { file: options.request, first: kept.first });
    const call = { ...asks, page: kept.next, recipient: recipient === false ? undefined : recipient };
    if (!kept.isWhole) await confirm?.(collectionCall(id, call));
    process.once('SIGINT', interrupted);
    const session = { ...unasked, signal: ended.signal };
    if (waitsUntil !== undefined) await decided(session, first, { endsAt: waitsUntil, show: line.show });
    const patienceMs = waitsUntil === undefined ? undefined : Math.max(waitsUntil - Date.now(), 60_000);
    if (encryptionKey !== undefined)
      await collectPages(session, store, {
        ...{ id, kept, asks, encryptionKey, recipient, patienceMs },
        show: line.show,
      });
    process.off('SIGINT', interrupted);
    line.show('writing the package');
    const policy = await witnessesOf(session, store, { id, key: keys.log });
    const written = await writePackage(store, id, { ...keys, policy });
    line.end();
    print(dir, first, written, connection, options);
    return 0;
  } catch (error) {
    line.end();
    await store.abandon();
    if (store.count > 0 && options.json !== true)
      say(`${counted(store.count, 'page is', 'pages are')} kept: the same command goes on from there.`);
    throw error;
  } finally {
    process.off('SIGINT', interrupted);
  }
}

/** The policy of a provider whose log others cosigned. */
async function witnessesOf(
  session: Session,
  store: PageStore,
  { id, key }: { id: string; key: PackageKeys['log'] },
): Promise<string | undefined> {
  for await (const { disclosure } of store.read(id))
    return publishedPolicy(session, { key, note: disclosure.log.checkpoint });
  return undefined;
}

/** @returns when to give up, in unix milliseconds; undefined: not to wait at all. @throws UsageError */
function waitsUntilOf({ wait }: Options): number | undefined {
  if (wait === undefined) return undefined;
  if (wait === true) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,6}(\.\d+)?$/.test(wait)) throw new UsageError('--wait takes a number of minutes');
  return Date.now() + Number(wait) * 60_000;
}

function keysOf({ provider, name }: Connection): PackageKeys {
  if (provider.logKey === undefined)
    throw new CommandError(
      'provider-missing',
      `profile ${name} does not know the log of its provider, so nothing could be proven`,
      '`writ connect` again: it pins the log’s key too',
    );
  return { log: parseVerifierKey(provider.logKey), provider: provider.keys };
}

interface Kept {
  records: number;
  /** The page to go on with; the first, where nothing is kept. */
  next: string | undefined;
  /** The first page, where one is kept. */
  first: DisclosurePackage | undefined;
  isWhole: boolean;
}

/** What an earlier run of this command has collected. */
async function keptPages(store: PageStore, id: string): Promise<Kept> {
  let next: string | undefined;
  let first: DisclosurePackage | undefined;
  let records = 0;
  for await (const { disclosure } of store.read(id)) {
    first ??= { ...disclosure, records: [] };
    next = disclosure.page;
    records += disclosure.records.length;
  }
  return { records, next, first, isWhole: store.count > 0 && next === undefined };
}

interface Collecting {
  id: string;
  kept: Kept;
  asks: PackageForm;
  encryptionKey: Parameters<typeof collectAll>[2];
  recipient: string | false;
  patienceMs: number | undefined;
  show: (text: string) => void;
}

/** Collects every page that is missing, and keeps each before it asks for the next. */
async function collectPages(
  session: Session,
  store: PageStore,
  { id, kept, asks, encryptionKey, recipient, patienceMs, show }: Collecting,
): Promise<void> {
  let { records } = kept;
  if (store.count > 0) show(`going on after page ${store.count}`);
  const options = {
    ...asks,
    page: kept.next,
    recipient,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  };
  show('collecting');
  try {
    for await (const value of collectAll(session, id, encryptionKey, options)) {
      await store.add(value.jws);
      records += value.package.records.length;
      show(`collecting: ${counted(store.count, 'page')}, ${counted(records, 'record')}`);
    }
  } catch (error) {
    const before = store.count === 0 ? formBefore(asks, error) : undefined;
    if (before !== undefined) {
      const again = { id, kept, asks: before, encryptionKey, recipient, patienceMs, show };
      await collectPages(session, store, again);
      return;
    }
    throw isLate(error)
      ? new CommandError(
          'not-yet',
          'the provider’s log has not caught up, or too few witnesses of it',
          'run the same command again',
        )
      : error;
  }
}

/** Whether the provider answered 202 until the time was over. */
const isLate = (error: unknown) =>
  error instanceof ExchangeError && error.reason === 'timeout' && error.cause === undefined;

function brokenOff({ count }: PageStore): CommandError {
  return new CommandError('interrupted', count === 0 ? 'broken off; nothing was collected' : 'broken off');
}

/** A line that shows the state of the work, on a terminal. */
function statusLine(): { show: (text: string) => void; end: () => void } {
  const { stderr } = process;
  let shown = 0;
  const put = (text: string) => {
    if (!stderr.isTTY) return;
    stderr.write(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  return {
    show: put,
    end: () => {
      if (shown === 0) return;
      put('');
      stderr.write('\r');
    },
  };
}

function print(
  dir: string,
  { id, reference }: CaseView,
  { pages, records, counts, coverage, files }: Written,
  { name }: Connection,
  { json }: Options,
): void {
  if (json === true) printJson({ folder: dir, case: id, reference, records, counts, coverage, pages, files });
  else
    process.stdout.write(
      `${fields({
        folder: printable(dir),
        reference: printable(reference),
        records: `${records}, in ${counted(pages.length, 'page')}`,
        ...Object.fromEntries(
          counts.map(({ subject, category, records: some }) => [
            `  subject ${subject}, ${category}`,
            some === 0 ? 'no record' : some,
          ]),
        ),
        ...files,
      })}${coverage === undefined ? '' : `what the answer covers:\n${coverage.map((line) => `  ${printable(line)}\n`).join('')}`}next:\n  writ log prove ${printable(shellWord(dir))}${name === 'default' ? '' : ` --profile ${name}`}\n`,
    );
}

const shellWord = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
