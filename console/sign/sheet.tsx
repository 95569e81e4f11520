import { useEffect, useRef, useState } from 'preact/hooks';
import { orderDigests } from '#client/order-digest.ts';
import { utf8 } from '#core/bytes.ts';
import { opened } from '../case/opened.ts';
import { type Desk, type ToSign, useDesk } from '../state/desk.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Code, Dialog, Facts, Key, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { type Act, readCall } from './reading.ts';
import { effectOf, saidOf } from './sentences.ts';
import { type Names, signWords } from './words.ts';

/** What is about to be signed. It is closed, and nothing is signed, where the provider does not answer any more. */
export function SignSheet() {
  const desk = useDesk();
  const asked = desk.toSign.value;
  const isOff = desk.connection.value.is !== 'well' || opened.value?.isSignable === false;
  useEffect(() => {
    if (asked !== undefined && isOff) asked.leave();
  }, [asked, isOff]);
  return asked === undefined || isOff ? null : <Sheet key={asked.call} asked={asked} />;
}

/** Two keystrokes that are not the same: the first says that it was read, the second signs. */
function Sheet({ asked }: { asked: ToSign }) {
  const desk = useDesk();
  const words = inLanguage(signWords);
  const [isRead, setRead] = useState(false);
  const first = useRef<HTMLParagraphElement>(null);
  // One reads the sentence first, and Enter does nothing there by itself.
  useEffect(() => first.current?.focus(), []);
  const review = opened.value?.review;
  const { act, lasting, refused } = readCall(asked.call, review);
  const sign = () => {
    if (isRead && act !== undefined) asked.sign();
  };
  useShortcuts(
    act === undefined
      ? [{ key: 'Escape', says: words.close, run: asked.leave }]
      : [
          {
            key: 's',
            says: words.armKey,
            run: () => {
              setRead(true);
              first.current?.focus({ preventScroll: true });
            },
          },
          { key: 'Enter', says: words.sign, run: sign },
          { key: 'Escape', says: words.leave, run: asked.leave },
        ],
    { isDialog: true },
  );
  if (act === undefined)
    return (
      <Dialog title={words.refusedTitle} onLeave={asked.leave}>
        <Notice tone="bad" title={words.refused[refused]} alert />
        <p class="actions">
          <Button kind="main" onClick={asked.leave}>
            {words.close}
          </Button>
        </p>
      </Dialog>
    );
  const { sentence, facts } = saidOf(act, namesOf(act, desk), review);
  const effect = effectOf(act, review, desk.policy);
  return (
    <Dialog title={words.title} onLeave={asked.leave}>
      <div class="sign">
        <p class="sentence" ref={first} tabIndex={-1}>
          {sentence}
        </p>
        {effect === undefined && lasting === undefined ? null : (
          <Notice tone={lasting === undefined ? 'info' : 'warn'} title={words.whatItDoes}>
            {effect === undefined ? null : <p>{words.effect[effect]}</p>}
            {lasting === undefined ? null : <p>{words.lasting[lasting]}</p>}
          </Notice>
        )}
        <Facts
          of={[
            ...facts,
            [words.goesTo, desk.session.url],
            [words.key, <Code>{desk.session.signer.keyId}</Code>],
          ]}
        />
        <Bytes asked={asked} />
        <label class="tick">
          <input
            type="checkbox"
            checked={isRead}
            onChange={({ currentTarget }) => setRead(currentTarget.checked)}
          />
          {words.read}
        </label>
        <p class="soft" role="status">
          {isRead ? words.armed : words.armHint}
        </p>
        <p class="actions">
          <Button kind="main" disabled={!isRead} onClick={sign}>
            {words.sign} {isRead ? <Key>Enter</Key> : null}
          </Button>
          <Button onClick={asked.leave}>{words.leave}</Button>
        </p>
      </div>
    </Dialog>
  );
}

function Bytes({ asked: { call } }: { asked: ToSign }) {
  const words = inLanguage(signWords);
  return (
    <details class="bytes">
      <summary>{words.bytes}</summary>
      <pre>
        {call.method} {call.target}
      </pre>
      {call.body === undefined ? (
        <p>{words.noBody}</p>
      ) : (
        <>
          <pre data-body>{call.body}</pre>
          <p>
            {words.bodyDigest}: <Code>{orderDigests(utf8(call.body)).hex}</Code>
          </p>
        </>
      )}
    </details>
  );
}

/** Of the case that was opened, or of the line that was listed. */
function namesOf({ id }: Act, { lines }: Desk): Names {
  const review = opened.peek()?.review;
  const known = review?.id === id ? review : lines.all.peek().get(id ?? '');
  return { called: known?.reference ?? id ?? '', agency: known?.agency };
}
