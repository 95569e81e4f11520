import { printable } from '#client/printable.ts';
import {
  emergencyMeasures,
  figureOf,
  groundsOf,
  largestFirst,
  lineMeasures,
  refusalsOf,
} from '#client/report/selection.ts';
import type { Figure } from '#core/log/report/bands.ts';
import {
  type Line,
  type Measure,
  measures,
  type Period,
  providerMeasures,
  type Report,
} from '#core/log/report/figures.ts';
import { inLanguage } from '../words/lang.ts';
import { countryText, monthText, periodText } from './text.ts';
import { reportWords } from './words.ts';

/** The report's tables as plain figures: shown, and saved for a spreadsheet (csv.ts). In the reader's language. */
export interface FigureTable {
  /** Of a saved file, the same in every language. */
  name: string;
  label: string;
  /** Of the first column. */
  first: string;
  columns: readonly string[];
  rows: readonly FigureRow[];
}

export interface FigureRow {
  key: string;
  name: string;
  /** It stands in the documentation, as it is. */
  isCode?: true;
  figures: readonly Figure[];
}

export function monthTable(report: Report, months: readonly string[]): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'months',
    label: words.months,
    first: words.month,
    columns: columnsOf(lineMeasures),
    rows: months.map((month) => ({
      key: month,
      name: monthText(month),
      figures: lineMeasures.map((measure) => figureOf(report, month, measure)),
    })),
  };
}

/** Totals, which are exact. */
export function yearTable({ periods, total }: Report, label: string, first: string): FigureTable {
  const { wholeLog } = inLanguage(reportWords);
  const row = (name: string, counts: Report['total']) => ({
    key: name,
    name,
    figures: lineMeasures.map((measure) => counts[measure]),
  });
  return {
    name: 'years',
    label,
    first,
    columns: columnsOf(lineMeasures),
    rows: [
      ...periods.toReversed().map(({ period, total }) => row(periodText(period), total)),
      row(wholeLog, total),
    ],
  };
}

/** What a report tells apart by. */
export const traits = ['countries', 'instruments', 'priorities'] as const;
export type Trait = (typeof traits)[number];

/** A line of a year's table as people call it. */
export const lineText: Record<Trait, (key: string) => string> = {
  countries: countryText,
  instruments: printable,
  priorities: (key) => {
    const { priorities } = inLanguage(reportWords);
    return key === 'Routine' || key === 'Emergency' ? priorities[key] : printable(key);
  },
};

export function traitTable(period: Period, trait: Trait): FigureTable {
  const words = inLanguage(reportWords);
  const { label, first } = {
    countries: { label: words.countries, first: words.country },
    instruments: { label: words.instruments, first: words.instrument },
    priorities: { label: words.byPriority, first: words.priority },
  }[trait];
  return {
    name: `${trait}-${printable(period.period)}`,
    label: `${label}, ${periodText(period.period)}`,
    first,
    columns: columnsOf(lineMeasures),
    rows: largestFirst(period[trait]).map((line) => lineRow(line, lineMeasures, lineText[trait](line.key))),
  };
}

export function emergencyTable(periods: readonly Period[]): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'emergencies',
    label: words.emergencies,
    first: words.priority,
    columns: columnsOf(emergencyMeasures),
    rows: periods.flatMap(({ period, priorities }) =>
      priorities.map((line) => ({
        ...lineRow(line, emergencyMeasures, `${lineText.priorities(line.key)}, ${periodText(period)}`),
        key: `${period} ${line.key}`,
      })),
    ),
  };
}

export function groundTable(periods: readonly Period[]): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'grounds',
    label: words.reasons,
    first: words.reason,
    columns: names(periods),
    rows: groundsOf(periods).map(({ code, counts }) => codeRow(code, counts)),
  };
}

export function actsTable(periods: readonly Period[]): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'provider',
    label: words.acts,
    first: words.cases,
    columns: names(periods),
    rows: providerMeasures.map((measure) => ({
      key: measure,
      name: words.provider[measure],
      figures: periods.map(({ provider }) => provider[measure]),
    })),
  };
}

export function refusalTable(periods: readonly Period[]): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'refused',
    label: words.refused,
    first: words.code,
    columns: [words.enrolledKeys, words.strangers],
    rows: refusalsOf(periods).map(({ code, refused, strangers }) => codeRow(code, [refused, strangers])),
  };
}

export function everyTable({ periods, total }: Report): FigureTable {
  const words = inLanguage(reportWords);
  return {
    name: 'figures',
    label: words.every,
    first: words.cases,
    columns: [...names(periods), words.wholeLog],
    rows: measures.map((measure) => ({
      key: measure,
      name: words.measures[measure],
      figures: [...periods.map((period) => period.total[measure]), total[measure]],
    })),
  };
}

function lineRow({ key, figures }: Line, shown: readonly Measure[], name: string): FigureRow {
  return { key, name, figures: shown.map((measure) => figures[measure]) };
}

const codeRow = (code: string, figures: readonly Figure[]): FigureRow => ({
  key: code,
  name: printable(code),
  isCode: true,
  figures,
});

const columnsOf = (shown: readonly Measure[]) => {
  const { columns } = inLanguage(reportWords);
  return shown.map((measure) => columns[measure]);
};

const names = (periods: readonly Period[]) => periods.map(({ period }) => periodText(period));
