import { useState } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { undecidable } from '#client/review-rules.ts';
import { claimReview, type Review } from '#client/reviewer.ts';
import { openStatuses } from '#core/cases/case.ts';
import { useDesk } from '../state/desk.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Key } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { opened } from './opened.ts';
import { Refuse } from './refuse.tsx';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';
import { Write } from './write.tsx';

type Form = 'reject' | 'suspend' | 'question' | 'letter' | 'note';

/** What else one may do with a case than approve it. */
export function Deeds({ review, state }: { review: Review; state: CaseState }) {
  const words = inLanguage(caseWords);
  const me = useDesk().me.value;
  const [form, setForm] = useState<Form>();
  const isOff = opened.value?.isSignable !== true || state.busy.value;
  const may: Record<Form, boolean> = {
    reject: undecidable(review, 'reject') === undefined,
    suspend: undecidable(review, 'suspend') === undefined,
    question: Object.hasOwn(review.links, 'information'),
    letter: true,
    note: true,
  };
  const mayClaim = review.status === 'AwaitingApproval' || openStatuses.includes(review.status);
  const open = (which: Form) => () => {
    if (may[which] && !isOff) setForm(which);
  };
  const isMine = review.claimedBy !== undefined && review.claimedBy === me;
  const claim = () => {
    if (!mayClaim || isOff) return;
    const how = isMine ? 'end' : review.claimedBy === undefined ? 'take' : 'take-over';
    void state.sign({ deed: isMine ? 'unclaim' : 'claim' }, (session) =>
      claimReview(session, review.id, how),
    );
  };
  useShortcuts([
    ...(may.reject ? [{ key: 'r', says: words.keys.reject, run: open('reject') }] : []),
    ...(mayClaim ? [{ key: 'c', says: isMine ? words.keys.unclaim : words.keys.claim, run: claim }] : []),
  ]);
  const leave = () => setForm(undefined);
  const it = { review, state, leave };
  return (
    <>
      <fieldset class="deeds" aria-label={words.deeds.title}>
        {may.reject ? (
          <Button kind="danger" disabled={isOff} onClick={open('reject')}>
            {words.deeds.reject} <Key>r</Key>
          </Button>
        ) : null}
        {may.question ? (
          <Button disabled={isOff} onClick={open('question')}>
            {words.deeds.question}
          </Button>
        ) : null}
        <Button disabled={isOff} onClick={open('letter')}>
          {words.deeds.letter}
        </Button>
        <Button disabled={isOff} onClick={open('note')}>
          {words.deeds.note}
        </Button>
        {mayClaim ? (
          <Button disabled={isOff} onClick={claim}>
            {isMine
              ? words.deeds.unclaim
              : review.claimedBy === undefined
                ? words.deeds.claim
                : words.deeds.takeOver(printable(review.claimedBy))}{' '}
            <Key>c</Key>
          </Button>
        ) : null}
        {may.suspend ? (
          <Button kind="danger" disabled={isOff} onClick={open('suspend')}>
            {words.deeds.suspend}
          </Button>
        ) : null}
      </fieldset>
      {form === 'reject' || form === 'suspend' ? <Refuse act={form} {...it} /> : null}
      {form === 'question' || form === 'letter' || form === 'note' ? <Write sort={form} {...it} /> : null}
    </>
  );
}
