import { useEffect } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { checkCommands } from '#client/report/check-commands.ts';
import { isOfLog } from '#client/report/published.ts';
import { emergencyAnswer, monthsOf } from '#client/report/selection.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import type { Report } from '#core/log/report/figures.ts';
import { figureText } from '../report/text.ts';
import { type Tile, Tiles } from '../report/tiles.tsx';
import { reportWords } from '../report/words.ts';
import { useDesk } from '../state/desk.ts';
import { Failure } from '../ui/failure.tsx';
import { Button, Empty, Loading, Notice, Section } from '../ui/kit.tsx';
import { countText, dayText } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import { share } from './groups.ts';
import { ByMonth, ByTrait, Emergencies, EveryFigure, Grounds, ProvidersActs } from './report-tables.tsx';
import { statisticsOf } from './state.ts';
import { statisticsWords } from './words.ts';

/** The report as everybody gets it, counted from the public log. */
export function PublicReport() {
  const { report: state } = statisticsOf(useDesk());
  const words = inLanguage(reportWords);
  useEffect(() => {
    if (state.found.peek() === undefined) void state.load();
  }, [state]);
  const found = state.found.value;
  if (state.failure.value !== undefined)
    return <Failure error={state.failure.value} again={() => void state.load()} />;
  if (found === undefined) return <Loading>{words.loading}</Loading>;
  if (found === 'none')
    return (
      <Empty title={words.none}>
        <p>{words.noneSays}</p>
        <p>
          <Reload />
        </p>
      </Empty>
    );
  return <Found report={found} />;
}

function Reload() {
  const { report: state } = statisticsOf(useDesk());
  return (
    <Button onClick={() => void state.load()} aria-disabled={state.isLoading.value}>
      {inLanguage(statisticsWords).reload}
    </Button>
  );
}

function Found({ report }: { report: Report }) {
  const words = inLanguage(reportWords);
  const { provider, session } = useDesk();
  const isSigned = provider.log !== undefined && isOfLog(report, parseVerifierKey(provider.log.verifierKey));
  const { from, until, log, unknownEntries } = report;
  const verifierKey = provider.log?.verifierKey ?? '';
  return (
    <div class="report">
      <p class="as-of soft">
        <Reload />
      </p>
      <p>
        <strong>{words.of(printable(log.origin))}</strong>
        {from === undefined || until === undefined ? null : (
          <>
            <br />
            {dayText(from)} – {dayText(until)} (UTC)
          </>
        )}
      </p>
      <p class="soft">
        {words.until(countText(Number(log.size)))} {words.unsigned} {isSigned ? words.signed : null}
      </p>
      {isSigned ? null : <Notice tone="bad" title={words.notSigned} alert />}
      {unknownEntries === 0 ? null : (
        <Notice tone="warn" title={words.unknownEntries(countText(unknownEntries))} />
      )}
      <InShort report={report} />
      {monthsOf(report).length === 0 ? null : <ByMonth report={report} />}
      <ByTrait report={report} trait="countries" />
      <ByTrait report={report} trait="instruments" />
      <Grounds report={report} />
      <Emergencies report={report} />
      <ProvidersActs report={report} />
      <EveryFigure report={report} />
      <Section title={words.ranges}>
        <p>{words.rangesSay}</p>
      </Section>
      <Section title={words.check}>
        <p>{words.checkSays}</p>
        <pre class="command">{checkCommands({ url: `${session.url}/v1`, verifierKey }).join('\n')}</pre>
      </Section>
    </div>
  );
}

function InShort({ report }: { report: Report }) {
  const words = inLanguage(reportWords);
  const { total, waiting, deadlineHours } = report;
  const answered = total.granted + total.absent + total.rejected;
  const inTime = share(answered - total.late, answered);
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
    [words.waiting, countText(waiting.requests), words.waitingOverdue(countText(waiting.overdue))],
    [words.emergencies, figureText(emergencyAnswer(report).asked)],
    [words.measures.noticesSent, countText(total.noticesSent)],
  ];
  return (
    <Section title={words.short}>
      <Tiles tiles={tiles} />
      <p class="soft">
        {inTime === undefined ? null : `${words.answered}: ${words.inTime(inTime, countText(total.late))}. `}
        {words.deadline(deadlineHours.Routine, deadlineHours.Emergency)}
      </p>
    </Section>
  );
}
