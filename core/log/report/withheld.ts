import { timeOf } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { revealGraceHours } from '#core/log/limits.ts';
import type { Counted } from './cases.ts';
import { add, type Counting, getOrAdd, type Month, type Tally } from './counting.ts';
import type { Measure, Report } from './figures.ts';

/**
 * Cases of which the log withholds the country or the instrument for a time. Their figures count in every total at once;
 * in the tables by country and by instrument they stand under `unrevealed`, and move to their own line, in the month in
 * which each was counted, once the log reveals it.
 */
export const UNREVEALED = 'unrevealed';

const GRACE_MS = revealGraceHours * 3_600_000;
const tables = ['countries', 'instruments'] as const;
export type Table = (typeof tables)[number];
type Lines = Map<string, Tally<Measure>>;

export interface Withheld {
  /** Unix milliseconds. */
  revealBy: number;
  /** What was counted of the case so far that has no line yet, by table and month. */
  figures: Readonly<Record<Table, Map<Month, Tally<Measure>>>>;
}

/** How many cases withheld something, how many of them revealed it, and how many of those late. */
export interface WithheldTally {
  requests: number;
  revealed: number;
  late: number;
}

/** A case that withholds something begins. */
export function beginWithheld(
  { report, stream }: Counted,
  { revealBy }: EntryData<'request.received'>,
): void {
  if (revealBy === undefined || report.withheld.has(stream)) return;
  report.withheldTally.requests++;
  report.withheld.set(stream, {
    revealBy: timeOf(revealBy),
    figures: { countries: new Map(), instruments: new Map() },
  });
}

/** A later delay may move the time. */
export function delayWithheld({ report, stream }: Counted, { revealBy }: EntryData<'notice.delayed'>): void {
  const withheld = report.withheld.get(stream);
  if (withheld !== undefined && revealBy !== undefined) withheld.revealBy = timeOf(revealBy);
}

/** Counts in a table: in a line, or, where that is withheld, for a line that is known later. */
export function countInTable(
  { report, month, stream }: Counted,
  table: Table,
  key: string | undefined,
  [measure, n]: readonly [Measure, number],
): void {
  const later = key === undefined ? report.withheld.get(stream)?.figures[table] : undefined;
  const line =
    later === undefined
      ? getOrAdd(month[table], key ?? 'unknown', newTally)
      : getOrAdd(later, month, newTally);
  add(line, measure, n);
}

/** What was withheld is known: the figures of the case move to where they belong. */
export function moveRevealed(
  { report, stream, at }: Counted,
  { jurisdiction, instrument }: EntryData<'case.revealed'>,
): void {
  const withheld = report.withheld.get(stream);
  if (withheld === undefined) return;
  report.withheld.delete(stream);
  report.withheldTally.revealed++;
  if (at > withheld.revealBy + GRACE_MS) report.withheldTally.late++;
  const keys: Record<Table, string | undefined> = { countries: jurisdiction, instruments: instrument };
  for (const table of tables)
    for (const [month, figures] of withheld.figures[table])
      addAll(month[table], keys[table] ?? 'unknown', figures);
}

/** The lines `unrevealed` of a month's tables. */
export function unrevealedIn({ withheld }: Counting, month: Month): Record<Table, Lines> {
  const lines: Record<Table, Lines> = { countries: new Map(), instruments: new Map() };
  for (const { figures } of withheld.values())
    for (const table of tables) {
      const counted = figures[table].get(month);
      if (counted !== undefined) addAll(lines[table], UNREVEALED, counted);
    }
  return lines;
}

/** How much is withheld at the log's last instant; undefined where the log never withheld anything. */
export function withheldFigures({ withheld, withheldTally, until = '' }: Counting): Report['withheld'] {
  if (withheldTally.requests === 0) return undefined;
  const now = Date.parse(until);
  const overdue = [...withheld.values()].filter(({ revealBy }) => now > revealBy + GRACE_MS).length;
  return { ...withheldTally, unrevealed: withheld.size, overdue };
}

function addAll(lines: Lines, key: string, figures: Tally<Measure>): void {
  const line = getOrAdd(lines, key, newTally);
  for (const [measure, n] of figures) add(line, measure, n);
}

const newTally = (): Tally<Measure> => new Map();
