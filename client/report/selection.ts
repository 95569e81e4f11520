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

/** How many emergencies of a period: null where that would show a few cases. */
export function emergencyFigure({ priorities, total }: Period, measure: Measure): Figure {
  const line = priorities.find(({ key }) => key === 'Emergency');
  if (line !== undefined) return line.figures[measure];
  const given = priorities.some(({ figures }) => figures[measure] !== null);
  return given || total[measure] === 0 ? 0 : null;
}

export const emergencyRequests = (period: Period): Figure => emergencyFigure(period, 'requests');

/** The years from the log's first entry to its last, the newest first, with or without anything in them. */
export function yearsOf({ from = '', until = '' }: Pick<Report, 'from' | 'until'>): string[] {
  const [first, last] = [Number(from.slice(0, 4)), Number(until.slice(0, 4))];
  if (first === 0) return [];
  return Array.from({ length: last - first + 1 }, (_, i) => String(last - i).padStart(4, '0'));
}

export interface EmergencyAnswer {
  asked: Figure;
  /** Answered after the deadline of emergencies. */
  late: Figure;
  /** Opened on one signature; of these, all that they owed was there in time, or was not; rejected afterwards. */
  opened: number;
  settled: number;
  overdue: number;
  rejected: number;
}

/** How many emergencies there were and how many were late: in one year, or in all. */
export function emergencyAnswer({ periods, total }: Report, year?: string): EmergencyAnswer {
  const meant = periods.filter(({ period }) => year === undefined || period === year);
  const sum = (measure: Measure) => addFigures(meant.map((period) => emergencyFigure(period, measure)));
  const exact = (measure: Measure) => (year === undefined ? total[measure] : (meant[0]?.total[measure] ?? 0));
  return {
    asked: sum('requests'),
    late: sum('late'),
    opened: exact('emergenciesOpened'),
    settled: exact('emergenciesSettled'),
    overdue: exact('emergenciesOverdue'),
    rejected: exact('emergenciesRejected'),
  };
}

/** The sum of figures; null if any of them is not given. */
export function addFigures(figures: readonly Figure[]): Figure {
  let [from, to] = [0, 0];
  for (const figure of figures) {
    if (figure === null) return null;
    from += low(figure);
    to += high(figure);
  }
  return from === to ? from : { from, to };
}
