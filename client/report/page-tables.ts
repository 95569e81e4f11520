import { printable } from '#client/printable.ts';
import type { Figure } from '#core/log/report/bands.ts';
import { type Line, type Measure, measures, type Period, type Report } from '#core/log/report/figures.ts';
import { bars, type Column, columns, legend, type Series } from './charts.ts';
import { html, type Markup } from './markup.ts';
import { columnNames, countryName, figureText, measureNames, periodName, shortMonth } from './words.ts';

/** The parts of the page that are charts and tables. */

const outcomes: readonly (Series & { measure: Measure })[] = [
  { measure: 'granted', name: 'Granted', colour: 's0' },
  { measure: 'absent', name: 'Nothing held', colour: 's1' },
  { measure: 'rejected', name: 'Rejected', colour: 's2' },
  { measure: 'withdrawn', name: 'Withdrawn', colour: 's3' },
];

const asked: readonly (Series & { measure: Measure })[] = [
  { measure: 'requests', name: 'Requests', colour: 's1' },
  { measure: 'granted', name: 'Granted', colour: 's0' },
];

/** What a table of lines shows; the rest is in the table of all figures. */
const shown: readonly Measure[] = [
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

/** Months that the chart has room for. */
const monthsShown = 24;

export function monthByMonth(report: Report): Markup {
  const names = monthsOf(report).slice(-monthsShown);
  const given = names.some((month) => lineOf(report, month) !== undefined);
  if (!given) return html``;
  const all: Column[] = names.map((month, i) => ({
    label: shortMonth(month),
    below: i === 0 || month.endsWith('-01') ? month.slice(0, 'YYYY'.length) : '',
    figures: outcomes.map(({ measure }) => figureOf(report, month, measure)),
    mark: figureOf(report, month, 'requests'),
  }));
  const text = {
    id: 'c-months',
    title: 'Requests received and how requests ended, by month',
    description: `Columns for the ${names.length} months up to ${periodName(names.at(-1) ?? '')}. The table after it has the same figures.`,
  };
  const rows = names.map((month) =>
    row(
      periodName(month),
      shown.map((measure) => figureOf(report, month, measure)),
    ),
  );
  return html`<section aria-labelledby="months">
<h2 id="months">Month by month</h2>
<figure>${columns(text, outcomes, all)}${legend(outcomes, 'Requests received')}<figcaption>What ended in a month, and the requests that arrived in it. Ranges are drawn at their middle, hatched; what the table does not give is not drawn.</figcaption></figure>
${table('Month', shown, rows)}
</section>`;
}

/** The months from the log's first to its last, of the years that the report has, with or without a line. */
function monthsOf({ from = '', until = '', periods }: Report): string[] {
  const inMonths = (instant: string) => Number(instant.slice(0, 4)) * 12 + Number(instant.slice(5, 7)) - 1;
  const [first, last] = [inMonths(from), inMonths(until)];
  const years = new Set(periods.map(({ period }) => period));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .map((month) => [String(Math.floor(month / 12)).padStart(4, '0'), (month % 12) + 1] as const)
    .filter(([year]) => years.has(year))
    .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`);
}

function lineOf({ periods }: Report, month: string): Line | undefined {
  return periods.flatMap(({ months }) => months).find(({ key }) => key === month);
}

/** A month without a line had none of it, unless its year's table does not give that figure. */
function figureOf(report: Report, month: string, measure: Measure): Figure {
  const line = lineOf(report, month);
  if (line !== undefined) return line.figures[measure];
  const year = report.periods.find(({ period }) => month.startsWith(period));
  const isGiven = year?.months.some(({ figures }) => figures[measure] !== null) ?? false;
  return isGiven || year?.total[measure] === 0 ? 0 : null;
}

export function byCountry(report: Report): Markup {
  return byTrait(report, {
    id: 'countries',
    heading: 'Which countries asked',
    column: 'Country',
    intro: 'By the law under which the order was issued.',
    lines: ({ countries }) => countries,
    name: countryName,
  });
}

export function byInstrument(report: Report): Markup {
  return html`${byTrait(report, {
    id: 'instruments',
    heading: 'On what basis',
    column: 'Instrument',
    intro:
      'EPOC: a European production order, EPOC-PR: one that preserves (Regulation (EU) 2023/1543); EIO: a European investigation order; MLA: mutual legal assistance; NationalOrder: an order under national law.',
    lines: ({ instruments }) => instruments,
    name: printable,
  })}${reasons(report)}`;
}

interface Trait {
  id: string;
  heading: string;
  column: string;
  intro: string;
  lines: (period: Period) => Line[];
  name: (key: string) => string;
}

/** Years are not added up: what two years' ranges hide, a sum of them would only hide more. */
function byTrait({ periods }: Report, { id, heading, column, intro, lines, name }: Trait): Markup {
  const parts = periods.toReversed().map((period) => {
    const sorted = lines(period).toSorted((a, b) => weight(b) - weight(a) || (a.key < b.key ? -1 : 1));
    const title = `${heading}, ${periodName(period.period)}`;
    if (sorted.length === 0) return html`<h3>${periodName(period.period)}</h3><p>${tooFew(period)}</p>`;
    const drawn = sorted.slice(0, barsShown).map((line) => ({
      label: name(line.key),
      figures: asked.map(({ measure }) => line.figures[measure]),
    }));
    const text = {
      id: `c-${id}-${period.period}`,
      title,
      description: `Bars for the ${drawn.length} largest. The table after it has the same figures.`,
    };
    const rows = sorted.map((line) =>
      row(
        name(line.key),
        shown.map((measure) => line.figures[measure]),
      ),
    );
    return html`<h3>${periodName(period.period)}</h3><figure>${bars(text, asked, drawn)}${legend(asked)}</figure>${table(column, shown, rows)}`;
  });
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2><p class="soft">${intro}</p>${parts}</section>`;
}

/** Lines that a chart has room for. */
const barsShown = 12;

function weight({ figures: { requests } }: Line): number {
  return requests === null ? 0 : typeof requests === 'number' ? requests : requests.from;
}

function tooFew({ total }: Period): string {
  return total.requests === 0 ? 'Nobody asked.' : 'Too few requests to tell them apart.';
}

function reasons({ periods }: Report): Markup {
  const names = [...new Set(periods.flatMap((period) => period.reasons.map(({ code }) => code)))].sort();
  if (names.length === 0) return html``;
  const rows = names.map((code) =>
    row(
      printable(code),
      periods.map((period) =>
        period.reasons.length === 0 && period.total.rejected + period.total.emergenciesRejected > 0
          ? null
          : reasonOf(period, code),
      ),
    ),
  );
  return html`<section aria-labelledby="reasons"><h2 id="reasons">Why requests were rejected</h2>
<p class="soft">The ground that the reviewer gave, after Annex III of the Regulation, and “other” where they named none.</p>
${plainTable(
  'Ground',
  periods.map(({ period }) => periodName(period)),
  rows,
)}</section>`;
}

const reasonOf = (period: Period, code: string): Figure =>
  period.reasons.find((line) => line.code === code)?.count ?? 0;

export function emergencies({ periods }: Report): Markup {
  const columnsShown: readonly Measure[] = [
    'requests',
    'granted',
    'rejected',
    'late',
    'emergenciesOpened',
    'emergenciesSettled',
    'emergenciesRejected',
    'emergenciesOverdue',
  ];
  const rows = periods.flatMap(({ period, priorities }) =>
    priorities.map(({ key, figures }) =>
      row(
        `${printable(key)}, ${periodName(period)}`,
        columnsShown.map((measure) => figures[measure]),
      ),
    ),
  );
  if (rows.length === 0) return html``;
  return html`<section aria-labelledby="emergencies"><h2 id="emergencies">Emergencies</h2>
<p class="soft">An emergency is answered in hours, on one reviewer’s signature. What it owes then, a second reviewer’s signature and an order that a judge or prosecutor validated, falls due within 48 hours: forged emergencies are how data has been stolen from providers. One of which that was not there in time is closed and counted here, whoever failed.</p>
${table('Priority', columnsShown, rows)}</section>`;
}

export function everyFigure({ periods, total }: Report): Markup {
  const rows = measures.map((measure) =>
    row(measureNames[measure], [...periods.map((period) => period.total[measure]), total[measure]]),
  );
  return html`<section aria-labelledby="all"><h2 id="all">Every figure</h2>${plainTable(
    'Cases',
    [...periods.map(({ period }) => periodName(period)), 'Whole log'],
    rows,
  )}</section>`;
}

function row(name: string, figures: readonly Figure[]): Markup {
  return html`<tr><th scope="row">${name}</th>${figures.map((figure) => html`<td>${figureText(figure)}</td>`)}</tr>`;
}

function table(first: string, columnsOf: readonly Measure[], rows: readonly Markup[]): Markup {
  return plainTable(
    first,
    columnsOf.map((measure) => columnNames[measure]),
    rows,
  );
}

function plainTable(first: string, columnNames: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll"><table><thead><tr><th scope="col">${first}</th>${columnNames.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
