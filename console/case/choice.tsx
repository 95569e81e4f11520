import { useRef, useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { undecidable } from '#client/review-rules.ts';
import { decideReview, type Review } from '#client/reviewer.ts';
import { isSameScope } from '#client/scope.ts';
import type { Decision } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { useDesk } from '../state/desk.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Key, Notice, Section } from '../ui/kit.tsx';
import { ownZone } from '../ui/zone.ts';
import { inLanguage } from '../words/lang.ts';
import { scopeText } from '../words/scope.ts';
import { Asked } from './asked.tsx';
import { differenceText } from './difference.ts';
import { chosenScope, colleagueOf, hasSigned, isCovered, onlyScope, scopeOf, withheldBy } from './draft.ts';
import { LeftOut } from './left-out.tsx';
import { lineFault } from './line.ts';
import { LineField } from './line-field.tsx';
import { opened } from './opened.ts';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

interface Of {
  review: Review;
  state: CaseState;
}

/** What is asked, with what of it one approves beside it. */
export function Choice({ review, state }: Of) {
  const words = inLanguage(caseWords);
  const me = useDesk().me.value;
  const isOpen = undecidable(review, 'approve') === undefined;
  const isDone = onlyScope(review) !== undefined && hasSigned(review, me);
  const [isTried, setTried] = useState(false);
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const part = useRef<HTMLDivElement>(null);
  const draft = state.draft.value;
  const own = scopeOf(draft, review.asked, ownZone());
  const scope = chosenScope(draft, review, me, ownZone());
  const isHidden = isCovered(review, me, draft);
  const isOff = opened.value?.isSignable !== true || state.busy.value;

  const choose = () => {
    setTried(own === undefined);
    if (own !== undefined) state.draft.value = { ...draft, isChosen: true };
    else part.current?.querySelector('input')?.focus();
  };
  const approve = () => {
    if (!isOpen || isDone || isOff) return;
    if (isHidden) {
      choose();
      return;
    }
    setTried(true);
    if (scope === undefined) {
      (
        part.current?.querySelector<HTMLElement>('.compare input') ?? part.current?.querySelector('input')
      )?.focus();
      return;
    }
    if (lineFault(reason, 1000) !== undefined) {
      field.current?.focus();
      return;
    }
    const decision = decisionOf({ review, scope, reason, own, state });
    if (decision === undefined) return;
    void state
      .sign({ deed: 'approve', scope }, (session) => decideReview(session, review.id, decision))
      .then((isDone) => {
        if (!isDone) return;
        setTried(false);
        setReason('');
      });
  };
  useShortcuts(
    isOpen && !isDone
      ? [
          { key: 'n', says: words.keys.narrow, run: () => part.current?.querySelector('input')?.focus() },
          { key: 'a', says: words.keys.approve, run: approve },
        ]
      : [],
  );
  if (!isOpen || isDone)
    return (
      <Section title={words.asked.title}>
        <Asked review={review} state={state} isFixed />
        <p class="soft">{isDone ? words.choice.signed : words.choice.closed}</p>
      </Section>
    );
  const only = onlyScope(review);
  return (
    <Section title={words.choice.title}>
      <div ref={part} class="choice">
        <Asked review={review} state={state} isFixed={only !== undefined} />
        {only !== undefined ? (
          <Notice tone="info" title={words.choice.only}>
            {scopeText(only)}
          </Notice>
        ) : (
          <>
            <p class="difference" role="status">
              {differenceText(own, review.asked)}
            </p>
            {isTried && own === undefined ? <p class="error">{words.choice.missing}</p> : null}
          </>
        )}
        {hasSigned(review, me) ? <p class="soft">{words.choice.again}</p> : null}
        {isHidden ? (
          <Covered who={colleagueOf(review, me)?.reviewer ?? ''} choose={choose} isOff={isOff} />
        ) : (
          <>
            {only === undefined ? (
              <Compare review={review} state={state} own={own} isTried={isTried} />
            ) : null}
            {scope !== undefined && only === undefined ? (
              <LeftOut review={review} state={state} scope={scope} isTried={isTried} />
            ) : null}
            <LineField
              label={words.choice.reason}
              hint={words.choice.reasonHint}
              value={reason}
              max={1000}
              isTried={isTried}
              onText={setReason}
              onEnter={approve}
              control={field}
            />
            <p class="actions">
              <Button kind="main" disabled={isOff} onClick={approve}>
                {words.choice.approve} <Key>a</Key>
              </Button>
            </p>
          </>
        )}
      </div>
    </Section>
  );
}

/** @returns undefined where what is stated of the rest has no room */
function decisionOf({
  review,
  scope,
  reason,
  own,
  state,
}: Of & { scope: Scope; reason: string; own: Scope | undefined }): Decision | undefined {
  const { explanation } = state.draft.peek();
  // Whoever takes over a colleague’s scope takes over what was stated of the rest.
  const isOwn = onlyScope(review) === undefined && own !== undefined && isSameScope(own, scope);
  const withheld = isOwn ? withheldBy(state.draft.peek(), scope, review.asked) : undefined;
  const isLess = isOwn && !isSameScope(scope, review.asked);
  if (
    withheld === 'too-long' ||
    (isLess && explanation.trim() !== '' && lineFault(explanation, 1000) !== undefined)
  )
    return undefined;
  return {
    decision: 'approve',
    requestDigest: review.requestDigest,
    scope,
    reason,
    ...(withheld === undefined ? {} : { withheld }),
    ...(isLess && explanation.trim() !== '' ? { explanation } : {}),
  };
}

/** A colleague approved something, which is shown once one has chosen oneself. */
function Covered({ who, choose, isOff }: { who: string; choose: () => void; isOff: boolean }) {
  const words = inLanguage(caseWords).choice;
  return (
    <Notice tone="info" title={words.coveredTitle(printable(who))}>
      <p>{words.coveredSays}</p>
      <Button kind="main" disabled={isOff} onClick={choose}>
        {words.choose} <Key>a</Key>
      </Button>
    </Notice>
  );
}

/** One’s own choice beside the colleague’s, once it is made. */
function Compare({ review, state, own, isTried }: Of & { own: Scope | undefined; isTried: boolean }) {
  const words = inLanguage(caseWords).choice;
  const me = useDesk().me.value;
  const theirs = colleagueOf(review, me);
  if (theirs === undefined || own === undefined) return null;
  const who = printable(theirs.reviewer);
  if (isSameScope(own, theirs.scope)) return <Notice tone="good" title={words.same(who)} />;
  const draft = state.draft.value;
  const pick = (take: 'own' | 'theirs') => () => (state.draft.value = { ...draft, take });
  return (
    <fieldset class="compare">
      <legend>{words.differs(who)}</legend>
      <label class="tick">
        <input type="radio" name="take" checked={draft.take === 'theirs'} onChange={pick('theirs')} />
        <span>
          <strong>{words.takeTheirs(who)}</strong>
          <br />
          {scopeText(theirs.scope)}
          <br />
          <span class="soft">{differenceText(theirs.scope, review.asked)}</span>
        </span>
      </label>
      <label class="tick">
        <input type="radio" name="take" checked={draft.take === 'own'} onChange={pick('own')} />
        <span>
          <strong>{words.keepOwn}</strong>
          <br />
          {scopeText(own)}
          <br />
          <span class="soft">{words.anew(who)}</span>
        </span>
      </label>
      {isTried && draft.take === undefined ? <p class="error">{words.takeMissing}</p> : null}
    </fieldset>
  );
}
