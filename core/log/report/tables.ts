import { toBase64 } from '#core/bytes.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { bandAmounts, bandSmall, type Figure } from './bands.ts';
import { waiting } from './cases.ts';
import { add, type Counting, getOrAdd, type Month, newMonth, type Tally } from './counting.ts';
import { type Measure, measures, providerMeasures, type Report, reportSchema } from './figures.ts';
import { unrevealedIn, withheldFigures } from './withheld.ts';

/**
 * What was counted, as the report gives it. A year's totals are exact; its cases are then told apart four times, by
 * month, country, instrument and priority, never by two of them at once, and in each such table small counts are banded.
 */

/**
 * The report as of some checkpoint. Counting may go on afterwards.
 *
 * @param of the checkpoint whose entries were counted
 * @param only one year (`2026`) or month (`2026-10`) instead of every year
 */
export function finishReport(counting: Counting, of: SignedCheckpoint, only?: string): Report {
  const { from, until, deadlineHours, unknownEntries } = counting;
  const all = new Map<string, Month>();
  const total = newMonth();
  for (const [name, month] of [...counting.months].sort(byName)) {
    merge(total, month);
    const period = only === name ? name : name.slice(0, 'YYYY'.length);
    if (only !== undefined && only !== period) continue;
    const counted = getOrAdd(all, period, newMonth);
    merge(counted, month);
    mergeLines(counted, unrevealedIn(counting, month));
  }
  const withheld = withheldFigures(counting);
  return reportSchema.parse({
    v: 1,
    log: { origin: of.origin, size: of.size.toString(), root: toBase64(of.root), checkpoint: of.note },
    ...(from === undefined ? {} : { from, until }),
    deadlineHours,
    total: exact(measures, total.total),
    waiting: waiting(counting),
    ...(withheld === undefined ? {} : { withheld }),
    periods: [...all].map(([name, counted]) => periodOf(name, counted, monthsOf(counting, name))),
    unknownEntries,
  });
}

/** A year's months; a month has none. */
function monthsOf({ months }: Counting, period: string): Map<string, Tally<Measure>> {
  return new Map(
    [...months]
      .filter(([name]) => name.startsWith(`${period}-`))
      .map(([name, { total }]): [string, Tally<Measure>] => [name, total]),
  );
}

function periodOf(period: string, counted: Month, months: Map<string, Tally<Measure>>) {
  return {
    period,
    total: exact(measures, counted.total),
    reasons: bandedCodes(counted.reasons),
    months: bandedTable(months),
    countries: bandedTable(counted.countries),
    instruments: bandedTable(counted.instruments),
    priorities: bandedTable(counted.priorities),
    provider: exact(providerMeasures, counted.provider),
    refused: codes(counted.refused),
    strangers: codes(counted.strangers),
  };
}

function merge(into: Month, month: Month): void {
  const tallies = ['total', 'reasons', 'provider', 'refused', 'strangers'] as const;
  for (const name of tallies) mergeTally<string>(into[name], month[name]);
  mergeLines(into, month);
}

function mergeLines(
  into: Month,
  lines: Partial<Pick<Month, 'countries' | 'instruments' | 'priorities'>>,
): void {
  for (const name of ['countries', 'instruments', 'priorities'] as const) {
    for (const [key, tally] of lines[name] ?? [])
      mergeTally(
        getOrAdd(into[name], key, () => new Map()),
        tally,
      );
  }
}

function mergeTally<M extends string>(into: Tally<M>, tally: Tally<M>): void {
  for (const [name, n] of tally) add(into, name, n);
}

function exact<M extends string>(names: readonly M[], tally: Tally<M>) {
  return Object.fromEntries(names.map((name) => [name, tally.get(name) ?? 0]));
}

/** What is no number of cases, and the number of cases that it is of. */
const casesOf: Partial<Record<Measure, Measure>> = { subjects: 'requests', records: 'collected' };

/** Each measure is a table of its own. What a table does not give shows no line either. */
function bandedTable(lines: Map<string, Tally<Measure>>) {
  const names = [...lines.keys()].sort();
  const counts = (measure: Measure) => names.map((name) => lines.get(name)?.get(measure) ?? 0);
  const tables = measures.map((measure): [Measure, Figure[]] => {
    const cases = casesOf[measure];
    const amounts = counts(measure);
    return [
      measure,
      cases === undefined ? bandSmall(amounts) : bandAmounts(amounts, bandSmall(counts(cases))),
    ];
  });
  return names
    .map((key, i) => ({
      key,
      figures: Object.fromEntries(tables.map(([measure, figures]) => [measure, figures[i] ?? null])),
    }))
    .filter(({ figures }) => Object.values(figures).some((figure) => figure !== 0 && figure !== null));
}

function bandedCodes(tally: Tally<string>) {
  const sorted = codes(tally);
  const figures = bandSmall(sorted.map(({ count }) => count));
  return sorted
    .map(({ code }, i) => ({ code, count: figures[i] ?? null }))
    .filter(({ count }) => count !== null);
}

function codes(tally: Tally<string>): { code: string; count: number }[] {
  return [...tally].sort(byName).map(([code, count]) => ({ code, count }));
}

/** By UTF-16 code units: the same everywhere, whatever the reader's language. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
