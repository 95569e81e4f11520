import type { Figure } from '#core/log/report/bands.ts';
import type { Line, Measure, Period, Report } from '#core/log/report/figures.ts';

/** What of a report is shown where, for the page and for the desk alike. */

/** What a table of lines shows; the rest is in the table of all figures. */
export const lineMeasures: readonly Measure[] = [
  'requests',
  'subjects',
  'granted',
  'absent',
  'rejected',
  'withdrawn',
  'late',
  'collected',
  'records',
];

/** What the table of emergencies shows. */
export const emergencyMeasures: readonly Measure[] = [
  'requests',
  'granted',
  'rejected',
  'late',
  'emergenciesOpened',
  'emergenciesSettled',
  'emergenciesRejected',
  'emergenciesOverdue',
];

/** The months from the log's first to its last, of the years that the report has, with or without a line. */
export function monthsOf({ from = '', until = '', periods }: Report): string[] {
  const inMonths = (instant: string) => Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;
  const [first, last] = [inMonths(from), inMonths(until)];
  const years = new Set(periods.map(({ period }) => period));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .map((month) => [String(Math.floor(month / 12)).padStart(4, '0'), (month % 12) + 1] as const)
    .filter(([year]) => years.has(year))
    .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`);
}

export function lineOf({ periods }: Report, month: string): Line | undefined {
  return periods.flatMap(({ months }) => months).find(({ key }) => key === month);
}

/** A month without a line had none of it, unless its year's table does not give that figure. */
export function figureOf(report: Report, month: string, measure: Measure): Figure {
  const line = lineOf(report, month);
  if (line !== undefined) return line.figures[measure];
  const year = report.periods.find(({ period }) => month.startsWith(period));
  const isGiven = year?.months.some(({ figures }) => figures[measure] !== null) ?? false;
  return isGiven || year?.total[measure] === 0 ? 0 : null;
}

/** Lines of a table by their requests. */
export function largestFirst(lines: readonly Line[]): Line[] {
  return lines.toSorted((a, b) => weight(b) - weight(a) || (a.key < b.key ? -1 : 1));
}

const weight = ({ figures: { requests } }: Line) => low(requests);

/** What is certain of a figure, and what is possible. */
export const low = (figure: Figure) =>
  figure === null ? 0 : typeof figure === 'number' ? figure : figure.from;
export const high = (figure: Figure) =>
  figure === null ? 0 : typeof figure === 'number' ? figure : figure.to;

/** Grounds of rejection, with the count of each period; null where a period does not give its own. */
export function groundsOf(periods: readonly Period[]): { code: string; counts: Figure[] }[] {
  const codes = [...new Set(periods.flatMap(({ reasons }) => reasons.map(({ code }) => code)))].sort();
  return codes.map((code) => ({
    code,
    counts: periods.map(({ reasons, total }) =>
      reasons.length === 0 && total.rejected + total.emergenciesRejected > 0
        ? null
        : (reasons.find((line) => line.code === code)?.count ?? 0),
    ),
  }));
}

/** Codes of what was refused at the door, with how often: to enrolled keys, and to strangers. */
export function refusalsOf(
  periods: readonly Period[],
): { code: string; refused: number; strangers: number }[] {
  const codes = [
    ...new Set(periods.flatMap((period) => [...period.refused, ...period.strangers].map(({ code }) => code))),
  ].sort();
  const sum = (code: string, of: 'refused' | 'strangers') =>
    periods.reduce((n, period) => n + (period[of].find((line) => line.code === code)?.count ?? 0), 0);
  return codes.map((code) => ({ code, refused: sum(code, 'refused'), strangers: sum(code, 'strangers') }));
}

/** How many requests of a period were emergencies: null where that would show a few cases. */
export function emergencyRequests({ priorities, total }: Period): Figure {
  const line = priorities.find(({ key }) => key === 'Emergency');
  if (line !== undefined) return line.figures.requests;
  const given = priorities.some(({ figures }) => figures.requests !== null);
  return given || total.requests === 0 ? 0 : null;
}
