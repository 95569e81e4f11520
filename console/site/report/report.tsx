import { useEffect, useMemo, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { fetchReport, isOfLog } from '#client/report/published.ts';
import { emergencyAnswer, yearsOf } from '#client/report/selection.ts';
import type { Report as Published } from '#core/log/report/figures.ts';
import { figureText } from '../../report/text.ts';
import { reportWords } from '../../report/words.ts';
import { Button, Empty, Loading, Notice, Section } from '../../ui/kit.tsx';
import { countText, dayText } from '../../ui/moment-text.ts';
import { inLanguage } from '../../words/lang.ts';
import { Failure, Screen } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { useSite } from '../state.ts';
import { siteWords } from '../words/shell.ts';
import { emergencySentences } from './answer.ts';
import { Counting } from './counting.tsx';
import { recount } from './recount.ts';
import { AllYears, OneYear } from './sections.tsx';
import { siteReportWords } from './words.ts';

/** The report as everybody gets it. Beside the log it is what a journalist comes for: the answer stands first. */
export function Report({ year }: { year: string | undefined }) {
  const { url } = useSite();
  const words = inLanguage(siteReportWords);
  const common = inLanguage(reportWords);
  const [found, setFound] = useState<Published | 'none'>();
  const [failure, setFailure] = useState<unknown>();
  async function load() {
    setFailure(undefined);
    try {
      setFound((await fetchReport(url)) ?? 'none');
    } catch (error) {
      setFailure(error);
    }
  }
  useEffect(() => void load(), [url]);
  return (
    <Screen name="report" title={words.title} lead={words.lead}>
      {failure !== undefined ? (
        <Failure error={failure} again={() => void load()} />
      ) : found === undefined ? (
        <Loading>{common.loading}</Loading>
      ) : found === 'none' ? (
        <Empty title={common.none}>
          <p>{common.noneSays}</p>
          <Button onClick={() => void load()}>{inLanguage(siteWords).again}</Button>
        </Empty>
      ) : (
        <Found report={found} named={year} />
      )}
    </Screen>
  );
}

function Found({ report, named }: { report: Published; named: string | undefined }) {
  const { log } = useSite();
  const counting = useMemo(() => recount(), [report]);
  // Who leaves the screen reads no further entry.
  useEffect(() => () => counting.stop(), [counting]);
  const common = inLanguage(reportWords);
  const { unknownEntries, until } = report;
  const years = yearsOf(report);
  const year = named === 'all' ? undefined : (years.find((each) => each === named) ?? newest(report, years));
  const isSigned = log !== undefined && isOfLog(report, log.key);
  return (
    <>
      <p class="soft">
        {common.until(countText(Number(report.log.size)))}{' '}
        {until === undefined ? null : inLanguage(siteReportWords).asOf(dayText(until))}{' '}
        {isSigned ? common.signed : null}
      </p>
      {isSigned ? null : <Notice tone="bad" title={common.notSigned} alert />}
      {unknownEntries === 0 ? null : (
        <Notice tone="warn" title={common.unknownEntries(countText(unknownEntries))} />
      )}
      <Years years={years} shown={year} />
      <Answer report={report} year={year} />
      <Counting report={report} counting={counting} />
      {year === undefined ? <AllYears report={report} /> : <OneYear report={report} year={year} />}
      <Section title={common.ranges}>
        <p>{common.rangesSay}</p>
      </Section>
    </>
  );
}

/** The newest year in which somebody asked; where nobody ever did, the newest. */
function newest({ periods }: Published, years: readonly string[]): string | undefined {
  return periods.findLast(({ total }) => total.requests > 0)?.period ?? years[0];
}

function Years({ years, shown }: { years: readonly string[]; shown: string | undefined }) {
  const words = inLanguage(siteReportWords);
  const choices = [...years.map((year) => ({ year, says: year })), { year: 'all', says: words.all }];
  return (
    <nav class="years" aria-label={words.years}>
      {choices.map(({ year, says }) => (
        <a
          key={year}
          href={hashOf({ screen: 'report', year })}
          aria-current={year === (shown ?? 'all') ? 'true' : undefined}
        >
          {says}
        </a>
      ))}
    </nav>
  );
}

function Answer({ report, year }: { report: Published; year: string | undefined }) {
  const words = inLanguage(siteReportWords);
  const answer = emergencyAnswer(report, year);
  const said = emergencySentences(answer, report, words);
  const tiles = (['asked', 'late', 'opened', 'settled', 'overdue'] as const).map(
    (name) => [name, answer[name]] as const,
  );
  return (
    <Section title={year === undefined ? words.emergenciesEver : words.emergenciesIn(printable(year))}>
      <p class="answer">{said.answer.join(' ')}</p>
      {said.more.length === 0 ? null : <p>{said.more.join(' ')}</p>}
      <dl class="tiles">
        {tiles.map(([name, figure]) => (
          <div key={name}>
            <dt>{words.tiles[name]}</dt>
            <dd>{figure === null ? <span>{words.untold}</span> : <strong>{figureText(figure)}</strong>}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">{inLanguage(reportWords).emergenciesSay}</p>
    </Section>
  );
}
