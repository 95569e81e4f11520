import { useMemo } from 'preact/hooks';
import { behindInstant, ofDay } from '#client/log/browse.ts';
import type { Kind } from '#core/log/kinds.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { inLanguage } from '../../words/lang.ts';
import { Screen, WithCheckpoint } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { type SiteLog, useSite } from '../state.ts';
import { Entries, Progress } from './entries.tsx';
import { Find } from './find-form.tsx';
import { useLooking } from './looking.ts';
import { logWords } from './words.ts';

/** What was committed on one day in UTC. */
export function DayScreen({ day, kind }: { day: string; kind: Kind | undefined }) {
  const words = inLanguage(logWords);
  const { log } = useSite();
  const its = kind === undefined ? {} : { kind };
  return (
    <Screen name="log" title={words.dayTitle(day)} lead={words.dayLead}>
      <Find kind={kind} day={day} />
      <p class="beside">
        <a href={hashOf({ screen: 'day', day: dayFrom(day, -1), ...its })}>{words.dayBefore}</a>
        <a href={hashOf({ screen: 'day', day: dayFrom(day, 1), ...its })}>{words.dayAfter}</a>
      </p>
      <WithCheckpoint>
        {(checkpoint) =>
          log === undefined ? null : (
            <OfDay key={String(checkpoint.size)} log={log} of={checkpoint} day={day} kind={kind} />
          )
        }
      </WithCheckpoint>
    </Screen>
  );
}

function OfDay({
  log,
  of,
  day,
  kind,
}: {
  log: SiteLog;
  of: SignedCheckpoint;
  day: string;
  kind: Kind | undefined;
}) {
  const sought = useMemo(() => ofDay(day), [day]);
  const looking = useLooking(
    log,
    of,
    {
      ...sought,
      matches: (placed) => sought.matches(placed) && (kind === undefined || placed.envelope.kind === kind),
    },
    { start: () => behindInstant(log.read, of, sought.end) },
  );
  return (
    <>
      <Entries of={looking.entries} hasDays={false} />
      <Progress looking={looking} size={of.size} none={inLanguage(logWords).nothingOfDay} />
    </>
  );
}

const dayFrom = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
