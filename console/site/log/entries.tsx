import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import { printable } from '#client/printable.ts';
import { isKind } from '#core/log/kinds.ts';
import { sentenceOf } from '#core/log/sentences.ts';
import { Badge, Button, Empty, Loading } from '../../ui/kit.tsx';
import { countText, momentTexts } from '../../ui/moment.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Failure } from '../frame.tsx';
import { hashOf } from '../route.ts';
import { siteWords } from '../words/shell.ts';
import type { Looking } from './looking.ts';
import { sentenceWords } from './sentences.ts';
import { logWords } from './words.ts';

/** What an entry says, in the reader's language. */
export function sentence({ entry }: Pick<PlacedEntry, 'entry'>): string {
  return entry === undefined ? inLanguage(logWords).unknown : sentenceOf(entry, inLanguage(sentenceWords));
}

export function KindName({ of }: { of: string }) {
  const { names } = inLanguage(logWords);
  return <Badge tone={toneOf(of)}>{isKind(of) ? names[of] : printable(of)}</Badge>;
}

/** What somebody who looks through a log should not miss, and what they came for. */
function toneOf(kind: string) {
  if (/\.(overdue|unproven|policy-differs|asked)$/.test(kind) && kind !== 'information.asked') return 'bad';
  if (kind === 'deadline.passed' || kind === 'collection.failed') return 'warn';
  if (kind === 'collection.completed' || kind === 'request.received') return 'info';
  return 'plain';
}

/** Entries under the days on which they were committed, each with a link to itself, its day and its stream. */
export function Entries({ of, hasDays = true }: { of: readonly PlacedEntry[]; hasDays?: boolean }) {
  const days = byDay(of);
  return (
    <>
      {days.map(([day, entries], i) => (
        <section key={`${day} ${i}`} aria-label={day} class="day">
          {hasDays ? (
            <h2>
              <a href={hashOf({ screen: 'day', day })}>{day}</a>
            </h2>
          ) : null}
          <ol class="entries">
            {entries.map((placed) => (
              <Row key={String(placed.index)} placed={placed} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Row({ placed }: { placed: PlacedEntry }) {
  const { index, envelope } = placed;
  const { own, utc } = momentTexts(envelope.at);
  return (
    <li>
      <p class="when">
        <time dateTime={envelope.at} title={own}>
          {utc.slice(11)}
        </time>
        <KindName of={envelope.kind} />
      </p>
      <p class="what">
        <a href={hashOf({ screen: 'entry', index })}>{sentence(placed)}</a>
        <br />
        <a class="soft" href={hashOf({ screen: 'stream', stream: envelope.stream })}>
          {printable(envelope.stream)}
        </a>
      </p>
      <p class="number soft">{String(index)}</p>
    </li>
  );
}

function byDay(entries: readonly PlacedEntry[]): (readonly [string, PlacedEntry[]])[] {
  const days: [string, PlacedEntry[]][] = [];
  for (const placed of entries) {
    const day = new Date(placed.envelope.at).toISOString().slice(0, 10);
    const last = days.at(-1);
    if (last?.[0] === day) last[1].push(placed);
    else days.push([day, [placed]]);
  }
  return days;
}

/** How far one has looked, and a way to look further back. */
export function Progress({
  looking: { entries, from, isEnd, isLooking, error, goOn },
  size,
  none,
  isList = true,
}: {
  looking: Looking;
  size: bigint;
  /** What is said where nothing was found in all that could be. */
  none: string;
  /** Whether it is a list that goes on, and nothing that is sought. */
  isList?: boolean;
}) {
  const words = inLanguage(logWords);
  const its = inLanguage(siteWords);
  if (error !== undefined) return <Failure error={error} again={goOn} />;
  if (isLooking && from === undefined) return <Loading>{its.loading}</Loading>;
  return (
    <div class="progress" role="status">
      {entries.length === 0 && isEnd ? <Empty title={none} /> : null}
      {isEnd ? null : (
        <>
          {entries.length === 0 ? <p>{words.nothing}</p> : null}
          <p class="soft">{words.looked(countText(Number(from ?? 0n)), countText(Number(size)))}</p>
          <Button onClick={goOn} aria-disabled={isLooking}>
            {isLooking ? its.loading : isList ? words.older : words.goOn}
          </Button>
        </>
      )}
      {isEnd && entries.length > 0 && from === 0n ? <p class="soft">{words.end}</p> : null}
    </div>
  );
}
