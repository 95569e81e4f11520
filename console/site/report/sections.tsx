import { barsDrawing, type Column, columnsDrawing } from '#client/report/drawing.ts';
import { figureOf, largestFirst, monthsOf } from '#client/report/selection.ts';
import type { Measure, Period, Report } from '#core/log/report/figures.ts';
import { Chart } from '../../report/chart.tsx';
import { outcomes } from '../../report/rows.ts';
import { TableOfFigures } from '../../report/table.tsx';
import {
  actsTable,
  emergencyTable,
  everyTable,
  type FigureTable,
  groundTable,
  lineText,
  monthTable,
  refusalTable,
  type Trait,
  traitTable,
  yearTable,
} from '../../report/tables.ts';
import { figureText, monthText, shortMonthText } from '../../report/text.ts';
import { type Tile, Tiles } from '../../report/tiles.tsx';
import { reportWords } from '../../report/words.ts';
import { Section } from '../../ui/kit.tsx';
import { countText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { SaveTable } from './save.tsx';
import { siteReportWords } from './words.ts';

/** The report of a year, or of all: in short, and then as charts with their tables. */

const asked: readonly { measure: Measure; colour: string }[] = [
  { measure: 'requests', colour: 's1' },
  { measure: 'granted', colour: 's0' },
];
/** Lines that a chart has room for. The table has all. */
const barsShown = 12;

export function OneYear({ report, year }: { report: Report; year: string }) {
  const words = inLanguage(siteReportWords);
  const period = report.periods.find((each) => each.period === year);
  if (period === undefined || period.total.requests === 0)
    return (
      <>
        <p>
          <strong>{words.nothing(year)}</strong>
        </p>
        {period === undefined ? null : <Acts periods={[period]} />}
      </>
    );
  return (
    <>
      <InShort title={words.shortIn(year)} report={report} total={period.total} />
      <Months report={report} months={monthsOf(report).filter((month) => month.startsWith(year))} />
      <Traits period={period} trait="countries" />
      <Traits period={period} trait="instruments" />
      <Traits period={period} trait="priorities" />
      <Emergencies periods={[period]} />
      <Grounds periods={[period]} />
      <Acts periods={[period]} />
      <Every report={{ ...report, periods: [period] }} />
    </>
  );
}

/** Years are not told apart together: what two years' ranges hide, a sum of them would only hide more. */
export function AllYears({ report }: { report: Report }) {
  const words = inLanguage(siteReportWords);
  const { periods, total } = report;
  const columns = periods.map(
    ({ period, total }): Column => ({
      label: period,
      below: '',
      name: period,
      figures: outcomes.map((measure) => total[measure]),
      mark: total.requests,
    }),
  );
  return (
    <>
      <InShort title={inLanguage(reportWords).short} report={report} total={total} />
      <Section title={words.byYear}>
        <Outcomes title={words.byYear} columns={columns} />
        <WithSave table={yearTable(report, words.byYear, words.year)} />
      </Section>
      <Emergencies periods={periods} />
      <Grounds periods={periods} />
      <Acts periods={periods} />
      <Every report={report} />
    </>
  );
}

function WithSave({ table }: { table: FigureTable }) {
  return (
    <>
      <TableOfFigures table={table} />
      <SaveTable table={table} />
    </>
  );
}

function InShort({ title, report, total }: { title: string; report: Report; total: Report['total'] }) {
  const words = inLanguage(reportWords);
  const { waiting, deadlineHours } = report;
  const tiles: Tile[] = [
    [words.requests, countText(total.requests), `${countText(total.subjects)} ${words.columns.subjects}`],
    [words.columns.granted, countText(total.granted)],
    [words.columns.rejected, countText(total.rejected)],
    [words.columns.absent, countText(total.absent)],
    [
      words.measures.collected,
      countText(total.collected),
      `${countText(total.records)} ${words.columns.records}`,
    ],
    [words.measures.late, countText(total.late)],
    [words.measures.noticesSent, countText(total.noticesSent)],
    [words.waiting, countText(waiting.requests), words.waitingOverdue(countText(waiting.overdue))],
  ];
  return (
    <Section title={title}>
      <Tiles tiles={tiles} />
      <p class="soft">{words.deadline(deadlineHours.Routine, deadlineHours.Emergency)}</p>
    </Section>
  );
}

function Months({ report, months }: { report: Report; months: readonly string[] }) {
  const words = inLanguage(reportWords);
  const columns = months.map(
    (month, i): Column => ({
      label: shortMonthText(month),
      below: i === 0 ? month.slice(0, 'YYYY'.length) : '',
      name: monthText(month, 'short'),
      figures: outcomes.map((measure) => figureOf(report, month, measure)),
      mark: figureOf(report, month, 'requests'),
    }),
  );
  return (
    <Section title={words.months}>
      <Outcomes title={words.months} columns={columns} />
      <WithSave table={monthTable(report, months)} />
    </Section>
  );
}

function Outcomes({ title, columns }: { title: string; columns: readonly Column[] }) {
  const words = inLanguage(reportWords);
  return (
    <Chart
      title={title}
      says={inLanguage(siteReportWords).chartSays}
      series={outcomes.map((measure, i) => ({ name: words.columns[measure], colour: `s${i}` }))}
      line={words.received}
      draw={(width) => columnsDrawing(columns, { width, figureText })}
    />
  );
}

function Traits({ period, trait }: { period: Period; trait: Trait }) {
  const words = inLanguage(reportWords);
  const of = {
    countries: { title: words.countries, says: words.countriesSay },
    instruments: { title: words.instruments, says: words.instrumentsSay },
    priorities: { title: words.byPriority, says: undefined },
  }[trait];
  const lines = largestFirst(period[trait]);
  if (lines.length === 0)
    return (
      <Section title={of.title}>
        <p>{words.tooFew}</p>
      </Section>
    );
  const bars = lines.slice(0, barsShown).map(({ key, figures }) => ({
    label: lineText[trait](key),
    figures: asked.map(({ measure }) => figures[measure]),
  }));
  return (
    <Section title={of.title}>
      {of.says === undefined ? null : <p class="soft">{of.says}</p>}
      <Chart
        title={of.title}
        says={inLanguage(siteReportWords).chartSays}
        series={asked.map(({ measure, colour }) => ({ name: words.columns[measure], colour }))}
        draw={(width) => barsDrawing(bars, { width, figureText })}
      />
      <WithSave table={traitTable(period, trait)} />
    </Section>
  );
}

function Emergencies({ periods }: { periods: readonly Period[] }) {
  const table = emergencyTable(periods);
  if (table.rows.length === 0) return null;
  return (
    <Section title={inLanguage(reportWords).emergencies}>
      <WithSave table={table} />
    </Section>
  );
}

function Grounds({ periods }: { periods: readonly Period[] }) {
  const words = inLanguage(reportWords);
  const table = groundTable(periods);
  if (table.rows.length === 0) return null;
  return (
    <Section title={words.reasons}>
      <p class="soft">{words.reasonsSay}</p>
      <WithSave table={table} />
    </Section>
  );
}

function Acts({ periods }: { periods: readonly Period[] }) {
  const words = inLanguage(reportWords);
  const refused = refusalTable(periods);
  return (
    <Section title={words.acts}>
      <p class="soft">{words.actsSay}</p>
      <WithSave table={actsTable(periods)} />
      {refused.rows.length === 0 ? null : (
        <>
          <h3>{words.refused}</h3>
          <p class="soft">{words.refusedSay}</p>
          <WithSave table={refused} />
        </>
      )}
    </Section>
  );
}

function Every({ report }: { report: Report }) {
  return (
    <Section title={inLanguage(reportWords).every}>
      <WithSave table={everyTable(report)} />
    </Section>
  );
}
