import { stringify } from 'csv-stringify/sync';
import { newestCheckpoint } from '#client/log/entries.ts';
import type { Log } from '#client/log/log.ts';
import { printable } from '#client/printable.ts';
import { toBase64 } from '#core/bytes.ts';
import { type Filing, type FilingName, filingOf } from '#core/log/filing/filing.ts';
import { type FilingPeriod, readOrders, receivedIn, UNREVEALED } from '#core/log/filing/orders.ts';

/**
 * What the law has a provider file, counted from the log: CSV of RFC 4180, in UTF-8. Whoever is given one counts it again.
 */
export interface FilingOf {
  name: FilingName;
  period: FilingPeriod;
  /** The service's name, as the provider files under it. */
  service: string;
  /** How many of the log's entries count, from its first on. Default: all. */
  entries?: bigint | undefined;
}

/**
 * @returns the filing; what it was counted from, for people; and of how many orders the log withholds State or instrument still
 * @throws LogError file-missing where there is no checkpoint or a bundle is not there; and whatever else is wrong
 */
export async function makeFiling(
  log: Log,
  of: FilingOf,
): Promise<{ csv: string; counted: string; withheld: number }> {
  const newest = await newestCheckpoint(log);
  const { entries = newest.size } = of;
  const counted = `${newest.origin}, ${countedFrom} ${entries} entries; the log had ${newest.size}, with the root ${toBase64(newest.root)}`;
  const orders = await readOrders(log.read, newest, entries);
  const withheld = receivedIn(orders, of.period).filter(
    ({ country, instrument }) => country === UNREVEALED || instrument === UNREVEALED,
  ).length;
  return { csv: csvOf(filingOf(of.name, orders, { ...of, counted })), counted, withheld };
}

const countedFrom = 'its first';

/**
 * Holds a filing against the log: against as many entries as it says that it counts, where it says so.
 *
 * @returns where it first differs, for people; undefined where it does not
 * @throws LogError as `makeFiling`
 */
export async function checkFiling(log: Log, of: FilingOf, filed: string): Promise<string | undefined> {
  const said = new RegExp(`${countedFrom} (\\d{1,19}) entries`).exec(filed)?.[1];
  const entries = of.entries ?? (said === undefined ? undefined : BigInt(said));
  const { csv } = await makeFiling(log, { ...of, entries });
  const made = linesOf(csv);
  const given = linesOf(filed.replace(/^\ufeff/, ''));
  const index = Array.from({ length: Math.max(made.length, given.length) }).findIndex(
    (_, line) => made[line] !== given[line],
  );
  if (index === -1) return undefined;
  return `The filing differs in line ${index + 1}.\nfiled:   ${shown(given[index])}\ncounted: ${shown(made[index])}`;
}

const shown = (line: string | undefined) => (line === undefined ? 'no such line' : printable(line));

function csvOf({ columns, rows }: Filing): string {
  return stringify([[...columns], ...rows.map((row) => [...row])], { record_delimiter: 'windows' });
}

/** No cell of a filing has a line's end in it. How large the log was when it was counted is no figure. */
const linesOf = (csv: string) =>
  csv
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.replace(/; the log had \d+, with the root [A-Za-z0-9+/=]+/, ''));
