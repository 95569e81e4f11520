import { printable } from '#client/printable.ts';
import { dueOf } from '#client/queue.ts';
import type { Review } from '#client/reviewer.ts';
import { approvalsOf } from '#client/scope.ts';
import { openStatuses } from '#core/cases/case.ts';
import { now } from '../state/clock.ts';
import { useDesk } from '../state/desk.ts';
import { hashOf } from '../state/route.ts';
import { Failure } from '../ui/failure.tsx';
import { Badge, Button, Code, Notice } from '../ui/kit.tsx';
import { Moment, Span } from '../ui/moment.tsx';
import { inLanguage } from '../words/lang.ts';
import type { CaseState } from './state.ts';
import { type Warning, warningsOf, weights } from './warnings.ts';
import { caseWords } from './words.ts';

interface Of {
  review: Review;
  state: CaseState;
}

export function Head({ review }: Of) {
  const words = inLanguage(caseWords);
  const me = useDesk().me.value;
  const isLive = review.status === 'AwaitingApproval' || openStatuses.includes(review.status);
  return (
    <header class="casehead">
      <p>
        <a href={hashOf({ screen: 'queue' })}>{words.keys.back}</a>
      </p>
      <h1>
        {printable(review.reference)} <span class="soft">{printable(review.agency)}</span>
      </h1>
      <p class="badges">
        {review.priority === 'Emergency' ? <Badge tone="bad">{words.emergency}</Badge> : null}
        <Badge tone={isLive ? 'info' : 'soft'}>{words.statuses[review.status]}</Badge>
        <Badge>{words.approvals(approvalsOf(review).length, review.approvalsNeeded)}</Badge>
        {review.claimedBy === undefined ? null : (
          <Badge>{words.claimedBy(review.claimedBy === me ? words.you : printable(review.claimedBy))}</Badge>
        )}
        {isLive ? (
          <span>
            {words.due} <Span at={dueOf(review)} />, <Moment at={dueOf(review)} />
          </span>
        ) : null}
      </p>
      <p class="soft">
        <Code>{review.id}</Code> {words.looked}
      </p>
    </header>
  );
}

/** What came of what was signed, and why nothing can be signed now. */
export function Outcomes({ state }: Of) {
  const words = inLanguage(caseWords);
  const stale = state.stale.value;
  const outcome = state.outcome.value;
  const isBusy = state.busy.value;
  return (
    <>
      {stale === undefined || isBusy ? null : (
        <Notice tone={stale.is === 'lost' ? 'bad' : 'warn'} title={words.stale[stale.is].title} alert>
          <p>{words.stale[stale.is].says}</p>
          <Button kind="main" onClick={() => void state.look()}>
            {words.stale[stale.is].look}
          </Button>
        </Notice>
      )}
      {outcome?.is === 'done' ? <Notice tone="good" title={words.done[outcome.deed.deed]} alert /> : null}
      {outcome?.is === 'found' ? (
        <Notice
          tone={outcome.stands ? 'good' : 'warn'}
          title={outcome.stands ? words.found.stands : words.found.not}
          alert
        >
          <p>{outcome.stands ? words.done[outcome.deed.deed] : words.found.again}</p>
        </Notice>
      ) : null}
      {outcome?.is === 'refused' ? <Failure error={outcome.error} /> : null}
    </>
  );
}

export function Warnings({ review, state }: Of) {
  const words = inLanguage(caseWords);
  const order = state.order.value?.compared;
  const compared = order === undefined ? 'not-yet' : order === 'equal' ? 'equal' : 'differs';
  const warnings = warningsOf(review, compared, now.value);
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" aria-label={words.warningsTitle}>
      {warnings.map((warning) => (
        <li key={warning} class={weights[warning]} data-warning={warning}>
          <strong>{words.warnings[warning].title}</strong> {words.warnings[warning].says}
          <About warning={warning} review={review} />
        </li>
      ))}
    </ul>
  );
}

/** The moment that a warning is about, where it is about one. */
function About({ warning, review }: { warning: Warning; review: Review }) {
  const at: Partial<Record<Warning, string | undefined>> = {
    'order-in-future': review.request.instrument.issuedAt,
    'order-old': review.request.instrument.issuedAt,
    cut: review.cutAt,
    held: review.notification?.until,
    overdue: review.dueAt,
  };
  const moment = at[warning];
  return moment === undefined ? null : (
    <>
      {' '}
      <Moment at={moment} />
    </>
  );
}
