import { printable } from '#client/printable.ts';
import { mostOf } from '#client/report/drawing.ts';
import { largestFirst, lineMeasures, monthsOf, refusalsOf } from '#client/report/selection.ts';
import type { Report } from '#core/log/report/figures.ts';
import { type DrawnRow, drawn, lineRow, monthRow, outcomes } from '../report/rows.ts';
import { Scroll } from '../report/scroll.tsx';
import { TableOfFigures } from '../report/table.tsx';
import { actsTable, emergencyTable, everyTable, groundTable, refusalTable } from '../report/tables.ts';
import { countryText, figureText, monthText, periodText } from '../report/text.ts';
import { reportWords } from '../report/words.ts';
import { Section } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';

/** The report's tables, each line with its bar. */

const monthsShown = 24;

export function ByMonth({ report }: { report: Report }) {
  const words = inLanguage(reportWords);
  const months = monthsOf(report).slice(-monthsShown).toReversed();
  const rows = months.map((month) => monthRow(report, month, lineMeasures));
  return (
    <Section title={words.months}>
      <Legend />
      <BarTable label={words.months} first={words.month} rows={rows} name={monthText} />
    </Section>
  );
}

/** Years are not added up: what two years' ranges hide, a sum of them would only hide more. */
export function ByTrait({ report, trait }: { report: Report; trait: 'countries' | 'instruments' }) {
  const words = inLanguage(reportWords);
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
  const words = inLanguage(reportWords);
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
  const words = inLanguage(reportWords);
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
  const words = inLanguage(reportWords);
  const table = groundTable(periods);
  if (table.rows.length === 0) return null;
  return (
    <Section title={words.reasons}>
      <p class="soft">{words.reasonsSay}</p>
      <TableOfFigures table={table} />
    </Section>
  );
}

export function Emergencies({ report: { periods } }: { report: Report }) {
  const words = inLanguage(reportWords);
  const table = emergencyTable(periods);
  if (table.rows.length === 0) return null;
  return (
    <Section title={words.emergencies}>
      <p class="soft">{words.emergenciesSay}</p>
      <TableOfFigures table={table} />
    </Section>
  );
}

export function ProvidersActs({ report: { periods } }: { report: Report }) {
  const words = inLanguage(reportWords);
  return (
    <Section title={words.acts}>
      <p class="soft">{words.actsSay}</p>
      <TableOfFigures table={actsTable(periods)} />
      {refusalsOf(periods).length === 0 ? null : (
        <>
          <h3>{words.refused}</h3>
          <p class="soft">{words.refusedSay}</p>
          <TableOfFigures table={refusalTable(periods)} />
        </>
      )}
    </Section>
  );
}

export function EveryFigure({ report }: { report: Report }) {
  return (
    <Section title={inLanguage(reportWords).every}>
      <TableOfFigures table={everyTable(report)} />
    </Section>
  );
}
