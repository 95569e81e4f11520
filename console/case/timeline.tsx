import type { ComponentChildren } from 'preact';
import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import { isSameScope } from '#client/scope.ts';
import type { Scope } from '#core/cases/scope.ts';
import { useDesk } from '../state/desk.ts';
import { Badge, Facts, Section } from '../ui/kit.tsx';
import { countText, Moment, Span } from '../ui/moment.tsx';
import { groundWords, partWords } from '../words/grounds.ts';
import { inLanguage } from '../words/lang.ts';
import { listText, scopeText, withheldTexts } from '../words/scope.ts';
import { isCovered } from './draft.ts';
import type { CaseState } from './state.ts';
import { type Event, termsOf, timelineOf } from './timeline.ts';
import { caseWords } from './words.ts';

/** What is to come, what is owed, and what the review says of collections. */
export function Terms({ review, state }: { review: Review; state: CaseState }) {
  const words = inLanguage(caseWords);
  const me = useDesk().me.value;
  const isHidden = isCovered(review, me, state.draft.value);
  const { debts, collections, disclosable, scope } = review;
  return (
    <Section title={words.terms.title}>
      <Facts
        of={[
          ...termsOf(review).map(
            ({ term, at }) =>
              [
                words.terms[term],
                <>
                  <Span at={at} />, <Moment at={at} />
                </>,
              ] as const,
          ),
          [
            words.owedTitle,
            debts === undefined
              ? undefined
              : debts.owed.length === 0
                ? words.owedNothing
                : listText(debts.owed.map((each) => words.owed[each])),
          ],
          [words.openedScope, scope === undefined ? undefined : scopeText(scope)],
          [words.disclosable, disclosable === undefined ? undefined : scopeText(disclosable)],
          [
            words.leftOut,
            review.withheld === undefined
              ? undefined
              : isHidden
                ? words.covered
                : withheldTexts(review.withheld).join(' '),
          ],
          [words.collected, collections === 0 ? undefined : words.times(collections)],
        ]}
      />
    </Section>
  );
}

/** Everything that happened. Nothing is folded away: what counts no more stands where it was. */
export function Timeline({ review, state }: { review: Review; state: CaseState }) {
  const words = inLanguage(caseWords);
  const me = useDesk().me.value;
  const isHidden = isCovered(review, me, state.draft.value);
  const { supersededMore = 0 } = review;
  return (
    <Section title={words.timeline.title}>
      <ol class="timeline">
        {timelineOf(review).map((event) => (
          <li key={`${event.at} ${event.what} ${'by' in event ? event.by : ''}`} data-event={event.what}>
            <p class="soft">
              <Moment at={event.at} />
            </p>
            <What event={event} review={review} isHidden={isHidden && 'by' in event && event.by !== me} />
          </li>
        ))}
      </ol>
      {supersededMore === 0 ? null : <p class="soft">{words.timeline.more(supersededMore)}</p>}
    </Section>
  );
}

function What({ event, review, isHidden }: { event: Event; review: Review; isHidden: boolean }) {
  const words = inLanguage(caseWords).timeline;
  const grounds = inLanguage(groundWords);
  const by = 'by' in event ? printable(event.by ?? words.desk) : '';
  const ground = 'ground' in event && event.ground !== undefined ? event.ground : undefined;
  const named = Object.entries(grounds).find(([name]) => name === ground)?.[1];
  const why =
    ground === undefined ? undefined : `${printable(ground)}${named === undefined ? '' : `: ${named}`}`;
  switch (event.what) {
    case 'received':
      return <p>{words.received(printable(review.agency))}</p>;
    case 'document':
      return <p>{words.document(countText(event.bytes))}</p>;
    case 'notified':
      return <p>{words.notified(printable(event.authority))}</p>;
    case 'authority-answered':
      return (
        <p>
          {words.authority[event.answer](printable(event.authority))} {why}
        </p>
      );
    case 'claimed':
      return <p>{words.claimed(by)}</p>;
    case 'question':
      return (
        <Wrote head={words.question(by, listText(event.of.map((part) => inLanguage(partWords)[part])))}>
          {event.text}
        </Wrote>
      );
    case 'answer':
      return <Wrote head={words.answer}>{event.text}</Wrote>;
    case 'note':
      return <Wrote head={words.note(by)}>{event.text}</Wrote>;
    case 'letter':
      return <Wrote head={event.from === 'agency' ? words.letterFrom : words.letter(by)}>{event.text}</Wrote>;
    case 'told':
      return <p>{words.told}</p>;
    case 'approved':
      return (
        <Decided head={words.approved(by)} tone="good" isHidden={isHidden}>
          <Particulars scope={event.scope} reason={event.reason} review={review} />
        </Decided>
      );
    case 'superseded':
      return (
        <Decided head={words.approved(by)} tone="soft" badge={words.gone}>
          <p>{words.because[event.because](goneBy(event))}</p>
          <Particulars scope={event.scope} reason={event.reason} review={review} />
        </Decided>
      );
    case 'rejected':
      return (
        <Decided head={words.rejected(by)} tone="bad">
          <Particulars ground={why} reason={event.reason} review={review} />
        </Decided>
      );
    case 'suspended':
      return (
        <Decided head={words.suspended(by)} tone="bad">
          <Particulars ground={why} reason={event.reason} review={review} />
        </Decided>
      );
  }
}

const goneBy = ({ by, supersededBy }: Extract<Event, { what: 'superseded' }>) =>
  printable(supersededBy ?? by);

const Wrote = ({ head, children }: { head: string; children: string }) => (
  <>
    <p>{head}</p>
    <blockquote>{printable(children)}</blockquote>
  </>
);

function Decided({
  head,
  tone,
  badge,
  isHidden = false,
  children,
}: {
  head: string;
  tone: 'good' | 'bad' | 'soft';
  badge?: string;
  isHidden?: boolean;
  children: ComponentChildren;
}) {
  const words = inLanguage(caseWords);
  return (
    <div class={`decided ${tone}`}>
      <p>
        <strong>{head}</strong> {badge === undefined ? null : <Badge tone="soft">{badge}</Badge>}
      </p>
      {isHidden ? <p class="soft">{words.covered}</p> : children}
    </div>
  );
}

function Particulars({
  scope,
  ground,
  reason,
  review,
}: {
  scope?: Scope | undefined;
  ground?: string | undefined;
  reason: string | undefined;
  review: Review;
}) {
  const words = inLanguage(caseWords).timeline;
  return (
    <Facts
      of={[
        [
          words.scope,
          scope === undefined
            ? undefined
            : `${isSameScope(scope, review.asked) ? `${words.asAsked}: ` : ''}${scopeText(scope)}`,
        ],
        [words.ground, ground],
        [words.reason, reason === undefined ? undefined : printable(reason)],
      ]}
    />
  );
}
