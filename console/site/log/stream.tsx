import { lifeOf, ofStream } from '#client/log/browse.ts';
import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import { printable } from '#client/printable.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { Code, Notice } from '../../ui/kit.tsx';
import { momentTexts } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Screen, WithCheckpoint } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { type SiteLog, useSite } from '../state.ts';
import { KindName, Progress, sentence } from './entries.tsx';
import { useLooking } from './looking.ts';
import { logWords } from './words.ts';

/** A stream as a life, the oldest first: of a case, from its request to the day on which it is forgotten. */
export function StreamScreen({ stream }: { stream: string }) {
  const { life } = inLanguage(logWords);
  const { log } = useSite();
  const isCase = stream.startsWith('case/');
  return (
    <Screen
      name="log"
      title={isCase ? life.caseTitle : life.title(printable(stream))}
      lead={
        <>
          {isCase ? (
            <>
              <Code>{stream.slice('case/'.length)}</Code>{' '}
            </>
          ) : null}
          {life.lead}
        </>
      }
    >
      <WithCheckpoint>
        {(checkpoint) =>
          log === undefined ? null : (
            <LifeOf key={String(checkpoint.size)} log={log} of={checkpoint} stream={stream} />
          )
        }
      </WithCheckpoint>
    </Screen>
  );
}

/** A stream has no index: it is looked for from the log's end back, some 10,000 entries at a time, until its first is there. */
const mostBundles = 40;

function LifeOf({ log, of, stream }: { log: SiteLog; of: SignedCheckpoint; stream: string }) {
  const words = inLanguage(logWords);
  const looking = useLooking(log, of, ofStream(stream), { mostBundles, enough: Number.POSITIVE_INFINITY });
  const { entries, isWhole } = lifeOf(looking.entries);
  return (
    <>
      <ol class="life">
        {entries.map((placed) => (
          <Moment key={String(placed.index)} placed={placed} />
        ))}
      </ol>
      {isWhole ? (
        <Notice tone="good" title={words.life.whole} />
      ) : entries.length === 0 ? null : looking.isEnd ? (
        <Notice tone="bad" title={words.life.broken} alert />
      ) : (
        <Notice tone="warn" title={words.life.part} />
      )}
      {isWhole ? null : <Progress looking={looking} size={of.size} none={words.nothingYet} isList={false} />}
    </>
  );
}

function Moment({ placed }: { placed: PlacedEntry }) {
  const { index, envelope } = placed;
  const { own, utc } = momentTexts(envelope.at);
  return (
    <li>
      <p class="when">
        <time dateTime={envelope.at} title={own}>
          {utc}
        </time>{' '}
        <KindName of={envelope.kind} />
      </p>
      <p>
        <a href={hashOf({ screen: 'entry', index })}>{sentence(placed)}</a>
      </p>
    </li>
  );
}
