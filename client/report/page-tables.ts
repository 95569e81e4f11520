import { printable } from '#client/printable.ts';
import type { Figure } from '#core/log/report/bands.ts';
import { type Line, type Measure, measures, type Period, type Report } from '#core/log/report/figures.ts';
import { bars, columns, legend, type Series } from './charts.ts';
import type { Column } from './drawing.ts';
import { html, type Markup } from './markup.ts';
import {
  emergencyMeasures,
  figureOf,
  groundsOf,
  largestFirst,
  lineOf,
  monthsOf,
  lineMeasures as shown,
} from './selection.ts';
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

/** Months that the chart has room for. */
const monthsShown = 24;

export function monthByMonth(report: Report): Markup {
  const names = monthsOf(report).slice(-monthsShown);
  const given = names.some((month) => lineOf(report, month) !== undefined);
  if (!given) return html``;
  const all: Column[] = names.map((month, i) => ({
    label: shortMonth(month),
    below: i === 0 || month.endsWith('-01') ? month.slice(0, 'YYYY'.length) : '',
    name: periodName(month),
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
<figure>${columns(text, outcomes, all)}${legend(outcomes, 'Requests received')}<figcaption>What ended in a month, and the requests that arrived in it. Of a range, what is certain is full and what is possible is hatched, and the line is at the most that it may be. What the table does not give is not drawn.</figcaption></figure>
${table('Month', shown, rows)}
</section>`;
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
    const sorted = largestFirst(lines(period));
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

function tooFew({ total }: Period): string {
  return total.requests === 0 ? 'Nobody asked.' : 'Too few requests to tell them apart.';
}

function reasons({ periods }: Report): Markup {
  const grounds = groundsOf(periods);
  if (grounds.length === 0) return html``;
  const rows = grounds.map(({ code, counts }) => row(printable(code), counts));
  return html`<section aria-labelledby="reasons"><h2 id="reasons">Why requests were rejected</h2>
<p class="soft">The ground that the reviewer gave, after Annex III of the Regulation, and “other” where they named none.</p>
${plainTable(
  'Ground',
  periods.map(({ period }) => periodName(period)),
  rows,
)}</section>`;
}

export function emergencies({ periods }: Report): Markup {
  const rows = periods.flatMap(({ period, priorities }) =>
    priorities.map(({ key, figures }) =>
      row(
        `${printable(key)}, ${periodName(period)}`,
        emergencyMeasures.map((measure) => figures[measure]),
      ),
    ),
  );
  if (rows.length === 0) return html``;
  return html`<section aria-labelledby="emergencies"><h2 id="emergencies">Emergencies</h2>
<p class="soft">An emergency is answered in hours, on one reviewer’s signature. What it owes then, a second reviewer’s signature and an order that a judge or prosecutor validated, falls due within 48 hours: forged emergencies are how data has been stolen from providers. One of which that was not there in time is closed and counted here, whoever failed.</p>
${table('Priority', emergencyMeasures, rows)}</section>`;
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
