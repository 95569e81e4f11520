import type { ComponentChildren } from 'preact';
import { printable } from '#client/printable.ts';
import {
  emergencyMeasures,
  groundsOf,
  largestFirst,
  lineMeasures,
  monthsOf,
  refusalsOf,
} from '#client/report/selection.ts';
import type { Figure } from '#core/log/report/bands.ts';
import { measures, providerMeasures, type Report } from '#core/log/report/figures.ts';
import { Section } from '../ui/kit.tsx';
import { countText } from '../ui/moment.tsx';
import { inLanguage, locale } from '../words/lang.ts';
import { type DrawnRow, drawn, lineRow, monthRow, mostOf, outcomes } from './report-figures.ts';
import { monthText, Scroll } from './scroll.tsx';
import { statisticsWords } from './words.ts';

/** The report's tables, each line with its bar. */

/** `1,234`, `1–4`; `·` for what is not given. */
export function figureText(figure: Figure): string {
  if (figure === null) return '·';
  if (typeof figure === 'number') return countText(figure);
  return `${countText(figure.from)}–${countText(figure.to)}`;
}

const monthsShown = 24;

export function ByMonth({ report }: { report: Report }) {
  const words = inLanguage(statisticsWords).report;
  const months = monthsOf(report).slice(-monthsShown).toReversed();
  const rows = months.map((month) => monthRow(report, month, lineMeasures));
  return (
    <Section title={words.months}>
      <Legend />
      <BarTable label={words.months} first={words.month} rows={rows} name={monthText} />
    </Section>
  );
}

const periodText = (period: string) => (/^\d{4}-\d{2}$/.test(period) ? monthText(period) : printable(period));

/** A country's name; whatever is no ISO 3166-1 code, as it stands. */
function countryText(code: string): string {
  const names = new Intl.DisplayNames(locale.value, { type: 'region' });
  return /^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : printable(code);
}

/** Years are not added up: what two years' ranges hide, a sum of them would only hide more. */
export function ByTrait({ report, trait }: { report: Report; trait: 'countries' | 'instruments' }) {
  const words = inLanguage(statisticsWords).report;
  const of = {
    countries: { title: words.countries, first: words.country, says: words.countriesSay, name: countryText },
    instruments: {
      title: words.instruments,
      first: words.instrument,
      says: words.instrumentsSay,
      name: printable,
    },
  }[trait];
  return (
    <Section title={of.title}>
      <p class="soft">{of.says}</p>
      {report.periods.toReversed().map((period) => {
        const lines = largestFirst(period[trait]);
        const name = periodText(period.period);
        return (
          <div key={period.period} class="period">
            <h3>{name}</h3>
            {lines.length === 0 ? (
              <p>{period.total.requests === 0 ? words.nobody : words.tooFew}</p>
            ) : (
              <BarTable
                label={`${of.title}, ${name}`}
                first={of.first}
                rows={lines.map((line) => lineRow(line, lineMeasures))}
                name={of.name}
              />
            )}
          </div>
        );
      })}
    </Section>
  );
}

function Legend() {
  const words = inLanguage(statisticsWords).report;
  return (
    <ul class="legend">
      {outcomes.map((outcome, i) => (
        <li key={outcome}>
          <i class={`s${i}`} /> {words.columns[outcome]}
        </li>
      ))}
      <li>
        <i class="s0 unsure" /> {words.unsure}
      </li>
      <li>
        <i class="mark" /> {words.received}
      </li>
    </ul>
  );
}

/** Lines with their figures, and a bar that shows the same at a glance. */
function BarTable({
  label,
  first,
  rows,
  name,
}: {
  label: string;
  first: string;
  rows: readonly DrawnRow[];
  name: (key: string) => string;
}) {
  const words = inLanguage(statisticsWords).report;
  const most = mostOf(rows);
  return (
    <Scroll label={label}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <td class="amount" />
            {lineMeasures.map((measure) => (
              <th key={measure} scope="col" class="number">
                {words.columns[measure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{name(row.key)}</th>
              <td class="amount">
                <StackedBar row={row} most={most} />
              </td>
              {row.shown.map((figure, i) => (
                <td key={lineMeasures[i]} class="number">
                  {figureText(figure)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The numbers stand beside it. */
function StackedBar({ row, most }: { row: DrawnRow; most: number }) {
  const { parts, mark } = drawn(row.figures, row.mark, most);
  return (
    <svg class="amount" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(({ colour, from, width, isUnsure }) => (
        <rect
          key={`${colour}${from}`}
          class={`${colour}${isUnsure ? ' unsure' : ''}`}
          x={from}
          y="1.5"
          width={width}
          height="7"
        />
      ))}
      {mark === undefined || mark === 0 ? null : (
        <rect class="mark" x={Math.max(0, mark - 0.8)} y="0" width="0.8" height="10" />
      )}
    </svg>
  );
}

export function Grounds({ report: { periods } }: { report: Report }) {
  const words = inLanguage(statisticsWords).report;
  const grounds = groundsOf(periods);
  if (grounds.length === 0) return null;
  return (
    <Section title={words.reasons}>
      <p class="soft">{words.reasonsSay}</p>
      <PlainTable
        label={words.reasons}
        first={words.reason}
        columns={periods.map(({ period }) => periodText(period))}
        rows={grounds.map(({ code, counts }) => [
          <code key={code}>{printable(code)}</code>,
          counts.map(figureText),
        ])}
      />
    </Section>
  );
}

export function Emergencies({ report: { periods } }: { report: Report }) {
  const words = inLanguage(statisticsWords).report;
  const rows = periods.flatMap(({ period, priorities }) =>
    priorities.map(
      ({ key, figures }) =>
        [
          `${printable(key)}, ${periodText(period)}`,
          emergencyMeasures.map((measure) => figureText(figures[measure])),
        ] as const,
    ),
  );
  if (rows.length === 0) return null;
  return (
    <Section title={words.emergencies}>
      <p class="soft">{words.emergenciesSay}</p>
      <PlainTable
        label={words.emergencies}
        first={words.priority}
        columns={emergencyMeasures.map((measure) => words.columns[measure])}
        rows={rows}
      />
    </Section>
  );
}

export function ProvidersActs({ report: { periods } }: { report: Report }) {
  const words = inLanguage(statisticsWords).report;
  const refused = refusalsOf(periods);
  return (
    <Section title={words.acts}>
      <p class="soft">{words.actsSay}</p>
      <PlainTable
        label={words.acts}
        first={words.cases}
        columns={periods.map(({ period }) => periodText(period))}
        rows={providerMeasures.map((measure) => [
          words.provider[measure],
          periods.map(({ provider }) => figureText(provider[measure])),
        ])}
      />
      {refused.length === 0 ? null : (
        <>
          <h3>{words.refused}</h3>
          <p class="soft">{words.refusedSay}</p>
          <PlainTable
            label={words.refused}
            first={words.code}
            columns={[words.enrolledKeys, words.strangers]}
            rows={refused.map((line) => [
              <code key={line.code}>{printable(line.code)}</code>,
              [countText(line.refused), countText(line.strangers)],
            ])}
          />
        </>
      )}
    </Section>
  );
}

export function EveryFigure({ report: { periods, total } }: { report: Report }) {
  const words = inLanguage(statisticsWords).report;
  return (
    <Section title={words.every}>
      <PlainTable
        label={words.every}
        first={words.cases}
        columns={[...periods.map(({ period }) => periodText(period)), words.wholeLog]}
        rows={measures.map((measure) => [
          words.measures[measure],
          [...periods.map((period) => countText(period.total[measure])), countText(total[measure])],
        ])}
      />
    </Section>
  );
}

function PlainTable({
  label,
  first,
  columns,
  rows,
}: {
  label: string;
  first: string;
  columns: readonly string[];
  rows: readonly (readonly [name: ComponentChildren, cells: readonly string[]])[];
}) {
  return (
    <Scroll label={label}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cells], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={i} class="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
