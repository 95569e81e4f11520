import { useState } from 'preact/hooks';
import { addNote, askInformation, type Review, writeToAgency } from '#client/reviewer.ts';
import { type InformationNeeded, informationNeeded } from '#core/cases/messages.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Dialog } from '../ui/kit.tsx';
import { partWords } from '../words/grounds.ts';
import { inLanguage } from '../words/lang.ts';
import { listText } from '../words/scope.ts';
import { Preview } from './left-out.tsx';
import { lineFault } from './line.ts';
import { LineField } from './line-field.tsx';
import { opened } from './opened.ts';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

type Sort = 'question' | 'letter' | 'note';
const most: Record<Sort, number> = { question: 1000, letter: 1000, note: 2000 };
/** As many parts as one question may be about. */
const mostParts = 8;

/** A question to the agency, a letter to it, a note for the other reviewers. */
export function Write({
  sort,
  review,
  state,
  leave,
}: {
  sort: Sort;
  review: Review;
  state: CaseState;
  leave: () => void;
}) {
  const all = inLanguage(caseWords);
  const words = all.write;
  const [of, setOf] = useState<readonly InformationNeeded[]>([]);
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const isOff = opened.value?.isSignable !== true || state.busy.value;
  useShortcuts([{ key: 'Escape', says: all.leave, run: leave }], { isDialog: true });
  const isAbout = sort !== 'question' || (of.length > 0 && of.length <= mostParts);
  const go = async () => {
    setTried(true);
    if (!isAbout || lineFault(text, most[sort]) !== undefined || isOff) return;
    const { id, requestDigest } = review;
    const isDone = await state.sign({ deed: sort, text }, (session) => {
      if (sort === 'question') return askInformation(session, id, { requestDigest, of: [...of], text });
      return sort === 'letter' ? writeToAgency(session, id, text) : addNote(session, id, text);
    });
    if (isDone || state.stale.peek() !== undefined || state.outcome.peek() !== undefined) leave();
  };
  return (
    <Dialog title={words.title[sort]} onLeave={leave} wide>
      <p>{words.says[sort]}</p>
      {sort === 'question' ? (
        <fieldset class="grounds">
          <legend>{words.about}</legend>
          {informationNeeded.map((part) => (
            <label key={part} class="tick">
              <input
                type="checkbox"
                checked={of.includes(part)}
                onChange={({ currentTarget }) =>
                  setOf(currentTarget.checked ? [...of, part] : of.filter((each) => each !== part))
                }
              />
              <span>
                <strong>{part}</strong> <span class="soft">{inLanguage(partWords)[part]}</span>
              </span>
            </label>
          ))}
          {isTried && !isAbout ? <p class="error">{words.aboutMissing(mostParts)}</p> : null}
        </fieldset>
      ) : null}
      <LineField
        label={words.text[sort]}
        value={text}
        max={most[sort]}
        isTried={isTried}
        onText={setText}
        onEnter={() => void go()}
      />
      {sort === 'note' ? null : (
        <Preview>
          {[
            ...(sort === 'question' && of.length > 0
              ? [words.asks(listText(of.map((part) => inLanguage(partWords)[part])))]
              : []),
            text,
          ]}
        </Preview>
      )}
      <p class="actions">
        <Button kind="main" disabled={isOff} onClick={() => void go()}>
          {words.go}
        </Button>
        <Button onClick={leave}>{all.leave}</Button>
      </p>
    </Dialog>
  );
}
