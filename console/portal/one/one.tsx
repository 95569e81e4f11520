import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { offered } from '#client/offered.ts';
import { readOrderDigest } from '#client/order-digest.ts';
import { printable } from '#client/printable.ts';
import { openStatuses } from '#core/cases/case.ts';
import { dueTexts } from '../../case/due-words.ts';
import { now } from '../../state/clock.ts';
import { Failure } from '../../ui/failure.tsx';
import { Badge, Button, Code, Facts, Loading, Notice, Section } from '../../ui/kit.tsx';
import { Moment, Span } from '../../ui/moment.tsx';
import { groundWords, partWords } from '../../words/grounds.ts';
import { inLanguage } from '../../words/lang.ts';
import { listText, scopeText, withheldTexts } from '../../words/scope.ts';
import { Collect } from '../collect/collect.tsx';
import { collectWords } from '../collect/words.ts';
import { requestsState } from '../requests/state.ts';
import { usePortal } from '../state/portal.ts';
import { hashOf } from '../state/route.ts';
import { askingWords } from '../words/asking.ts';
import { askAnew, canAskAnew } from './amending.ts';
import { DeedForm } from './forms.tsx';
import { collectionsLeft, standingText, termsOf } from './standing.ts';
import { type OneState, type Opened, oneState } from './state.ts';
import { type Deed, oneWords } from './words.ts';

/** One request: where it stands, what was asked, decided and written, and what can be done. It is in memory while it is shown. */
export function OneRequest({ id }: { id: string }) {
  const portal = usePortal();
  const words = inLanguage(oneWords);
  const state = useMemo(
    () =>
      oneState(portal, requestsState(portal), {
        id,
        ownCopy: (view) => portal.kept.keptRequest(view.id, view.requestDigest),
      }),
    [portal, id],
  );
  useEffect(() => {
    void state.look();
    return () => state.leave();
  }, [state]);
  const shown = state.shown.value;
  switch (shown.is) {
    case 'looking':
      return <Loading>{words.looking}</Loading>;
    case 'failed':
      return <Failure error={shown.error} again={() => void state.look()} />;
    case 'shown':
      return <Whole opened={shown} state={state} />;
  }
}

interface Of {
  opened: Opened;
  state: OneState;
}

function Whole({ opened, state }: Of) {
  const words = inLanguage(oneWords);
  const { view, request } = opened;
  const can = offered(view, now.value);
  // With the last collection that is allowed the offer goes, and what it brought stays.
  const collects = useRef(false);
  collects.current ||= can.includes('collection');
  return (
    <article class="one">
      <p>
        <a href={hashOf({ screen: 'requests' })}>{words.back}</a>
      </p>
      <h1>
        {printable(view.reference)}{' '}
        {view.priority === 'Emergency' ? <Badge tone="bad">{words.emergency}</Badge> : null}
      </h1>
      <p class="lead">{standingText(view, words, now.value)}</p>
      <Outcomes opened={opened} state={state} />
      <Deeds opened={opened} state={state} />
      <div class="columns">
        <div>
          {collects.current ? (
            <Collect view={view} request={request} onEnd={() => void state.look()} />
          ) : null}
          <Decided opened={opened} />
          <Talk opened={opened} />
        </div>
        <div>
          <Terms opened={opened} />
          <Asked opened={opened} />
        </div>
      </div>
    </article>
  );
}

function Outcomes({ opened, state }: Of) {
  const words = inLanguage(oneWords);
  const outcome = state.outcome.value;
  return (
    <>
      {state.isChanged() ? (
        <Notice tone="info" title={words.changed} alert>
          <Button onClick={() => void state.look()}>{words.lookAgain}</Button>
        </Notice>
      ) : null}
      {outcome?.is === 'done' ? <Notice tone="good" title={words.done[outcome.deed]} alert /> : null}
      {outcome?.is === 'lost' ? <Notice tone="warn" title={words.lost} alert /> : null}
      {outcome?.is === 'refused' ? (
        <>
          <Failure error={outcome.error} />
          <p>{words.outcome.refused}</p>
        </>
      ) : null}
      {opened.view.debts?.owed.includes('authorisation') === true ? (
        <Notice tone="warn" title={words.owedParts.authorisation}>
          {words.missed}
        </Notice>
      ) : null}
    </>
  );
}

function Deeds({ opened, state }: Of) {
  const portal = usePortal();
  const words = inLanguage(oneWords);
  const [form, setForm] = useState<Deed>();
  const { view } = opened;
  const can = offered(view, now.value).filter((offer) => offer !== 'collection');
  const deeds: Deed[] = [
    ...can.filter((offer) => offer !== 'withdrawal'),
    'letter',
    ...can.filter((offer) => offer === 'withdrawal'),
  ];
  return (
    <>
      <p class="actions deeds">
        {deeds.map((deed) => (
          <Button
            key={deed}
            kind={
              deed === 'information' || deed === 'validation'
                ? 'main'
                : deed === 'withdrawal'
                  ? 'danger'
                  : 'plain'
            }
            disabled={state.busy.value}
            onClick={() => setForm(deed)}
          >
            {words.deeds[deed]}
          </Button>
        ))}
        {canAskAnew(view) ? (
          <Button onClick={() => void askAnew(portal, opened)}>{words.deeds.amend}</Button>
        ) : null}
      </p>
      {form === undefined ? null : (
        <DeedForm deed={form} opened={opened} state={state} onLeave={() => setForm(undefined)} />
      )}
    </>
  );
}

function Terms({ opened: { view } }: Pick<Of, 'opened'>) {
  const words = inLanguage(oneWords);
  const { policy } = usePortal();
  const terms = termsOf(view, now.value);
  const { debts, noticeBy = 'provider', toldAt, delayUntil } = view;
  const isLive = view.status === 'AwaitingApproval' || openStatuses.includes(view.status);
  return (
    <Section title={words.terms.title}>
      {terms.length === 0 ? <p class="soft">{words.terms.none}</p> : null}
      <Facts
        of={[
          ...terms.map(
            ({ term, at }) =>
              [
                words.terms[term],
                <>
                  <Span at={at} />, <Moment at={at} />
                  {term === 'owed' ? (
                    <span class="block">
                      {listText((debts?.owed ?? []).map((each) => words.owedParts[each]))}
                    </span>
                  ) : null}
                </>,
              ] as const,
          ),
          [
            words.terms.counted,
            view.status === 'AwaitingApproval' ? (
              <ul class="plain">
                {dueTexts(view, policy).map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            ) : undefined,
          ],
          [
            words.notice.title,
            isLive || view.collections > 0 ? (
              toldAt !== undefined ? (
                <>
                  {words.notice.told} <Moment at={toldAt} />
                </>
              ) : noticeBy === 'provider' && delayUntil !== undefined ? (
                <>
                  {words.notice.delayed} <Moment at={delayUntil} />
                </>
              ) : (
                words.notice.by[noticeBy]
              )
            ) : undefined,
          ],
        ]}
      />
    </Section>
  );
}

function Asked({ opened: { view, request, asked } }: Pick<Of, 'opened'>) {
  const words = inLanguage(oneWords);
  const its = words.asked;
  const { categories } = inLanguage(askingWords);
  const scope = request ?? asked?.asked;
  const instrument = request?.instrument;
  const order =
    instrument === undefined
      ? asked && { kind: asked.instrument, jurisdiction: asked.jurisdiction, by: asked.authoriserRole }
      : { kind: instrument.kind, jurisdiction: instrument.jurisdiction, by: instrument.authoriserRole };
  const preserved = request?.preservations ?? asked?.preservations ?? [];
  const amends = view.links.amends?.split('/').at(-1);
  return (
    <Section title={its.title}>
      <Facts
        of={[
          [
            its.whose,
            request === undefined ? (
              asked && its.subjects(asked.asked.subjects.length)
            ) : (
              <ul class="plain">
                {request.subjects.map(({ kind, value }, n) => (
                  <li key={n}>
                    {inLanguage(askingWords).kinds[kind]} <strong>{printable(value)}</strong>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            its.data,
            scope && (
              <ul class="plain">
                {scope.categories.map((category) => (
                  <li key={category}>
                    {category} <span class="soft">{categories[category]}</span>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            its.period,
            scope && (
              <>
                <Moment at={scope.period.from} /> {its.to} <Moment at={scope.period.to} />
              </>
            ),
          ],
          [its.order, order && `${printable(order.kind)}, ${order.jurisdiction}`],
          [its.issued, instrument && <Moment at={instrument.issuedAt} />],
          [its.by, order && inLanguage(askingWords).authorities[order.by]],
          [its.offence, instrument && printable(instrument.offence)],
          [
            its.digest,
            instrument && (
              <Code>{readOrderDigest(instrument.digest)?.hex ?? printable(instrument.digest)}</Code>
            ),
          ],
          [its.preserved, preserved.length === 0 ? undefined : preserved.join(', ')],
          [its.amends, amends && <a href={hashOf({ screen: 'request', id: amends })}>{printable(amends)}</a>],
          [words.copy, <Code>{view.id}</Code>],
        ]}
      />
      {request === undefined ? <p class="soft">{its.notHere}</p> : null}
    </Section>
  );
}

function Decided({ opened: { view, explanation } }: Pick<Of, 'opened'>) {
  const words = inLanguage(oneWords);
  const its = words.decided;
  const { policy } = usePortal();
  const { scope, withheld, disclosable, reason, notification } = view;
  const left = collectionsLeft(view, policy);
  const ground = Object.entries(inLanguage(groundWords)).find(([name]) => name === reason)?.[1];
  const isNone =
    scope === undefined &&
    reason === undefined &&
    notification === undefined &&
    view.explanation === undefined;
  return (
    <Section title={its.title}>
      {isNone ? <p class="soft">{its.none}</p> : null}
      <Facts
        of={[
          [its.approved, scope && scopeText(scope)],
          [its.withheld, withheld && withheldTexts(withheld).join(' ')],
          [its.left, disclosable && scopeText(disclosable)],
          [its.ground, ground],
          [
            its.says,
            view.explanation === undefined ? undefined : explanation === undefined ? (
              <span class="soft">{its.unread}</span>
            ) : (
              <blockquote>{printable(explanation)}</blockquote>
            ),
          ],
          [its.authority, notification && <Authority notification={notification} />],
          [
            its.collected,
            scope === undefined ? undefined : (
              <>
                {view.collections === 0 ? words.collected.never : words.collected.times(view.collections)}.{' '}
                {left === undefined || !openStatuses.includes(view.status)
                  ? null
                  : inLanguage(collectWords).left(left)}
              </>
            ),
          ],
        ]}
      />
    </Section>
  );
}

function Authority({ notification }: { notification: NonNullable<Opened['view']['notification']> }) {
  const words = inLanguage(oneWords).authority;
  const { authority, until, answer, ground, answeredAt } = notification;
  const who = printable(authority);
  if (answer === undefined)
    return (
      <>
        {Date.parse(until) > now.value ? words.waits(who) : words.silent(who)} <Moment at={until} />
      </>
    );
  return (
    <>
      {answer === 'consent' ? words.consented(who) : words.objected(who)}{' '}
      {answeredAt === undefined ? null : <Moment at={answeredAt} />} {ground}
    </>
  );
}

function Talk({ opened: { view, question, letters } }: Pick<Of, 'opened'>) {
  const words = inLanguage(oneWords).talk;
  const parts = inLanguage(partWords);
  const { information } = view;
  return (
    <Section title={words.title}>
      {information === undefined && letters.length === 0 ? <p class="soft">{words.none}</p> : null}
      <ol class="talk">
        {information === undefined ? null : (
          <li>
            <p class="soft">
              {words.question}, <Moment at={information.askedAt} />
            </p>
            <p>
              {words.of}: {listText(information.of.map((part) => parts[part]))}
            </p>
            {information.question === undefined ? null : <Said text={question} />}
            {information.answeredAt === undefined ? null : (
              <p class="soft">
                {words.answered}, <Moment at={information.answeredAt} />
              </p>
            )}
          </li>
        )}
        {letters.map(({ from, at, letter }) => (
          <li key={`${at} ${from}`}>
            <p class="soft">
              {from === 'desk' ? words.desk : words.agency}, <Moment at={at} />
            </p>
            <Said text={letter} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Said({ text }: { text: string | undefined }) {
  const words = inLanguage(oneWords).talk;
  return text === undefined ? <p class="soft">{words.unread}</p> : <blockquote>{printable(text)}</blockquote>;
}
