import { printable } from '#client/printable.ts';
import type { Figure } from '#core/log/report/bands.ts';
import {
  type Line,
  type Measure,
  measures,
  type Period,
  providerMeasures,
  type Report,
} from '#core/log/report/figures.ts';
import {
  columnNames,
  countryName,
  figureText,
  hoursText,
  measureNames,
  periodName,
  providerNames,
} from './words.ts';

/** A report as tables for a terminal. */
export function reportText(report: Report): string {
  const { log, total, waiting, withheld, deadlineHours, unknownEntries } = report;
  const span =
    report.from === undefined
      ? 'no entries'
      : `${printable(report.from)} to ${printable(report.until ?? '')}`;
  const parts = [
    `Transparency report of ${printable(log.origin)}`,
    `${figureText(BigInt(log.size))} entries, ${span}, root ${log.root}`,
    `Deadlines: ${hoursText(deadlineHours.Routine)}, in an emergency ${hoursText(deadlineHours.Emergency)}`,
    `Waiting for an answer: ${figureText(waiting.requests)}, past the deadline: ${figureText(waiting.overdue)}`,
    ...(withheld === undefined
      ? []
      : [
          `Withheld at first: ${figureText(withheld.requests)}, not yet revealed: ${figureText(withheld.unrevealed)}, a day too late: ${figureText(withheld.overdue + withheld.late)}`,
        ]),
    ...(unknownEntries === 0 ? [] : [`Not counted, of a kind unknown here: ${unknownEntries} entries`]),
    '',
    ...table(
      'Whole log',
      ['Cases'],
      measures.map((measure) => [measureNames[measure], [total[measure]]]),
    ),
    ...report.periods.flatMap(periodText),
  ];
  return `${parts.join('\n')}\n`;
}

/** What fits a line of a terminal. */
const shown: readonly Measure[] = [
  'requests',
  'subjects',
  'granted',
  'absent',
  'rejected',
  'late',
  'collected',
  'records',
  'emergenciesOverdue',
  'noticesOverdue',
];
function periodText(period: Period): string[] {
  const name = periodName(period.period);
  const total: Row = ['Total', shown.map((measure) => period.total[measure])];
  const lines = (title: string, given: Line[], naming: (key: string) => string): string[] =>
    table(
      `${name}, by ${title}`,
      shown.map((measure) => columnNames[measure]),
      [...given.map(({ key, figures }): Row => [naming(key), shown.map((m) => figures[m])]), total],
    );
  const acts = providerMeasures.map((measure): Row => [providerNames[measure], [period.provider[measure]]]);
  const refusals = [
    ...period.refused.map(
      ({ code, count }): Row => [`Refused to enrolled keys: ${printable(code)}`, [count]],
    ),
    ...period.strangers.map(({ code, count }): Row => [`Refused to strangers: ${printable(code)}`, [count]]),
  ];
  const grounds = period.reasons.map(({ code, count }): Row => [printable(code), [count]]);
  return [
    ...(period.months.length === 0 ? [] : lines('month', period.months, periodName)),
    ...lines('country', period.countries, countryName),
    ...lines('instrument', period.instruments, printable),
    ...lines('priority', period.priorities, printable),
    ...(grounds.length === 0 ? [] : table(`${name}, grounds of rejection`, ['Cases'], grounds)),
    ...table(`${name}, the provider’s own acts`, [''], [...acts, ...refusals]),
  ];
}

type Row = [name: string, figures: Figure[]];

function table(title: string, columns: readonly string[], rows: readonly Row[]): string[] {
  const cells = rows.map(([name, figures]) => [name, ...figures.map(figureText)]);
  const heading = [title, ...columns];
  const widths = heading.map((_, i) => Math.max(...[heading, ...cells].map((line) => width(line[i] ?? ''))));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - width(text));
        return i === 0 ? text + space : space + text;
      })
      .join('  ')
      .trimEnd();
  return [line(heading), '-'.repeat(width(line(heading))), ...cells.map(line), ''];
}

const width = (text: string) => [...text].length;
