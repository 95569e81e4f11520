import { useEffect, useRef, useState } from 'preact/hooks';
import { readOrderDigest } from '#client/order-digest.ts';
import type { Review } from '#client/reviewer.ts';
import { Failure } from '../ui/failure.tsx';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Code, Facts, Key, Notice, Section } from '../ui/kit.tsx';
import { countText, Moment } from '../ui/moment.tsx';
import { save } from '../ui/save.ts';
import { inLanguage } from '../words/lang.ts';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

/** The order’s file is hashed here and held against the digest that the officer signed. It is never shown. */
export function Order({ review, state }: { review: Review; state: CaseState }) {
  const words = inLanguage(caseWords).order;
  const chooser = useRef<HTMLInputElement>(null);
  const [failed, setFailed] = useState<unknown>();
  const held = state.order.value;
  const { instrument } = review.request;
  const { received, required } = review.document ?? {};
  const take = async (file: File | undefined) => {
    if (file !== undefined) state.compareOrder(new Uint8Array(await file.arrayBuffer()));
  };
  useDropped((file) => void take(file));
  useShortcuts([{ key: 'o', says: words.choose, run: () => chooser.current?.click() }]);
  const takeOut = async () => {
    setFailed(undefined);
    try {
      // The name says nothing of the case.
      save(`order.${endings[received?.type ?? ''] ?? 'bin'}`, [await state.takeOutOrder()]);
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <Section title={words.title}>
      <Facts
        of={[
          [words.signed, <Code>{readOrderDigest(instrument.digest)?.hex ?? instrument.digest}</Code>],
          [words.file, held === undefined ? undefined : <Code>{held.hex}</Code>],
        ]}
      />
      {held === undefined ? null : (
        <Notice
          tone={held.compared === 'equal' ? 'good' : 'bad'}
          title={words.compared[held.compared]}
          alert
        />
      )}
      <div class="drop">
        <span>{words.drop}</span>
        <input
          ref={chooser}
          type="file"
          hidden
          onChange={({ currentTarget }) => {
            void take(currentTarget.files?.[0]);
            currentTarget.value = '';
          }}
        />
        <Button onClick={() => chooser.current?.click()}>
          {words.choose} <Key>o</Key>
        </Button>
      </div>
      {received === undefined ? (
        <p class="soft">{required === true ? words.missing : words.notHere}</p>
      ) : (
        <p>
          {words.here(countText(received.bytes))} <Moment at={received.at} />.{' '}
          <Button onClick={() => void takeOut()}>{words.takeOut}</Button>{' '}
          <span class="soft">{words.logged}</span>
        </p>
      )}
      {failed === undefined ? null : <Failure error={failed} />}
    </Section>
  );
}

/** A file that is dropped anywhere on the page, so that it never opens in the page’s place. */
function useDropped(take: (file: File | undefined) => void) {
  const newest = useRef(take);
  newest.current = take;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      newest.current(event.dataTransfer?.files[0]);
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
}

const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/vnd.etsi.asic-e+zip': 'asice',
  'application/xml': 'xml',
};
