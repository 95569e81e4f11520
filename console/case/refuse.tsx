import { useState } from 'preact/hooks';
import { decideReview, type Review, suspendReview } from '#client/reviewer.ts';
import { type Ground, grounds } from '#core/cases/grounds.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Dialog, Field } from '../ui/kit.tsx';
import { groundWords } from '../words/grounds.ts';
import { inLanguage } from '../words/lang.ts';
import { Preview } from './left-out.tsx';
import { isTyped, lineFault } from './line.ts';
import { LineField } from './line-field.tsx';
import { opened } from './opened.ts';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

/** A rejection, before a case is open; a suspension after. Each takes a ground, and is for good. */
export function Refuse({
  act,
  review,
  state,
  leave,
}: {
  act: 'reject' | 'suspend';
  review: Review;
  state: CaseState;
  leave: () => void;
}) {
  const all = inLanguage(caseWords);
  const words = all.refuse;
  const [ground, setGround] = useState<Ground>();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [isTried, setTried] = useState(false);
  const texts = inLanguage(groundWords);
  const isForGood = act === 'reject' || isTyped(typed, words.forGood);
  const isOff = opened.value?.isSignable !== true || state.busy.value;
  useShortcuts([{ key: 'Escape', says: all.leave, run: leave }], { isDialog: true });
  const go = async () => {
    setTried(true);
    if (ground === undefined || lineFault(reason, 1000) !== undefined || !isForGood || isOff) return;
    const body = { requestDigest: review.requestDigest, ground, reason };
    const isDone = await state.sign({ deed: act }, (session) =>
      act === 'reject'
        ? decideReview(session, review.id, { decision: 'reject', ...body })
        : suspendReview(session, review.id, body),
    );
    if (isDone || state.stale.peek() !== undefined || state.outcome.peek() !== undefined) leave();
  };
  return (
    <Dialog title={words.title[act]} onLeave={leave} wide>
      <p>{words.says[act]}</p>
      <fieldset class="grounds">
        <legend>{words.ground}</legend>
        {grounds.map((each) => (
          <label key={each} class="tick">
            <input type="radio" name="ground" checked={ground === each} onChange={() => setGround(each)} />
            <span>
              <strong>{each}</strong> <span class="soft">{texts[each]}</span>
            </span>
          </label>
        ))}
        {isTried && ground === undefined ? <p class="error">{words.groundMissing}</p> : null}
      </fieldset>
      <LineField
        label={words.reason}
        hint={words.reasonHint}
        value={reason}
        max={1000}
        isTried={isTried}
        onText={setReason}
        onEnter={() => void go()}
      />
      <Preview>
        {[
          all.agencyReads[act],
          ground === undefined ? all.agencyReads.noGround : `${ground}: ${texts[ground]}`,
          ...(reason.trim() === '' ? [] : [reason]),
        ]}
      </Preview>
      {act === 'suspend' ? (
        <Field
          label={words.type(words.forGood)}
          error={isTried && !isForGood ? words.typeMissing(words.forGood) : undefined}
        >
          {(props) => (
            <input
              {...props}
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          )}
        </Field>
      ) : null}
      <p class="actions">
        <Button kind="danger" disabled={isOff || (act === 'suspend' && !isForGood)} onClick={() => void go()}>
          {words.go[act]}
        </Button>
        <Button onClick={leave}>{all.leave}</Button>
      </p>
    </Dialog>
  );
}
