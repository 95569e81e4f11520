import { useEffect, useRef, useState } from 'preact/hooks';
import type { Part } from '#client/asking/sentences.ts';
import type { Lasting } from '#client/for-good.ts';
import { orderDigests } from '#client/order-digest.ts';
import type { RouteCall } from '#client/route-call.ts';
import { utf8 } from '#core/bytes.ts';
import { type ToSign, usePlace } from '../state/place.ts';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Code, Dialog, Facts, Key, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Parts } from './parts.tsx';
import { sheetWords } from './sheet-words.ts';

/** What a call says, read back from it and from nothing else; or why it is not signed. */
export type Shown =
  | {
      /** What one does, in sentences. */
      parts: readonly Part[];
      facts: readonly (readonly [name: string, text: string])[];
      /** What comes of it. */
      effect?: string | undefined;
      lasting: Lasting | undefined;
    }
  | { refused: string };

/**
 * What is about to be signed. It is closed, and nothing is signed, where the provider does not answer any more.
 *
 * @param isOff whether what is on the screen may not be signed for another reason
 */
export function SignSheet({ show, isOff = false }: { show: (call: RouteCall) => Shown; isOff?: boolean }) {
  const place = usePlace();
  const asked = place.toSign.value;
  const isClosed = isOff || place.connection.value.is !== 'well';
  useEffect(() => {
    if (asked !== undefined && isClosed) asked.leave();
  }, [asked, isClosed]);
  return asked === undefined || isClosed ? null : (
    <Sheet key={asked.call} asked={asked} shown={show(asked.call)} />
  );
}

/** Two keystrokes that are not the same: the first says that it was read, the second signs. */
function Sheet({ asked, shown }: { asked: ToSign; shown: Shown }) {
  const { session } = usePlace();
  const words = inLanguage(sheetWords);
  const [isRead, setRead] = useState(false);
  const first = useRef<HTMLDivElement>(null);
  // One reads the sentence first, and Enter does nothing there by itself.
  useEffect(() => first.current?.focus(), []);
  const isRefused = 'refused' in shown;
  const sign = () => {
    if (isRead && !isRefused) asked.sign();
  };
  useShortcuts(
    isRefused
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
  if (isRefused)
    return (
      <Dialog title={words.refusedTitle} onLeave={asked.leave}>
        <Notice tone="bad" title={shown.refused} alert />
        <p class="actions">
          <Button kind="main" onClick={asked.leave}>
            {words.close}
          </Button>
        </p>
      </Dialog>
    );
  const { parts, facts, effect, lasting } = shown;
  return (
    <Dialog title={words.title} onLeave={asked.leave}>
      <div class="sign">
        <div class="sentence" ref={first} tabIndex={-1}>
          <Parts of={parts} />
        </div>
        {effect === undefined && lasting === undefined ? null : (
          <Notice tone={lasting === undefined ? 'info' : 'warn'} title={words.whatItDoes}>
            {effect === undefined ? null : <p>{effect}</p>}
            {lasting === undefined ? null : <p>{words.lasting[lasting]}</p>}
          </Notice>
        )}
        <Facts
          of={[...facts, [words.goesTo, session.url], [words.key, <Code>{session.signer.keyId}</Code>]]}
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
  const words = inLanguage(sheetWords);
  return (
    <details class="bytes">
      <summary>{words.bytes}</summary>
      <pre>
        {call.method} {call.target}
      </pre>
      {call.document !== undefined ? (
        <p>
          {call.document.type}. {words.bodyDigest}: <Code>{orderDigests(call.document.bytes).hex}</Code>
        </p>
      ) : call.body === undefined ? (
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
