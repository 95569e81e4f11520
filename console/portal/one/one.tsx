import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { offered } from '#client/offered.ts';
import { printable } from '#client/printable.ts';
import { now } from '../../state/clock.ts';
import { Failure } from '../../ui/failure.tsx';
import { Badge, Button, Loading, Notice } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { Collect } from '../collect/collect.tsx';
import { requestsState } from '../requests/state.ts';
import { usePortal } from '../state/portal.ts';
import { hashOf } from '../state/route.ts';
import { askAnew, canAskAnew } from './amending.ts';
import { Asked, Terms } from './asked.tsx';
import { Decided, Talk } from './decided.tsx';
import { DeedForm } from './forms.tsx';
import { standingText } from './standing.ts';
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
